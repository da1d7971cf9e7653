import { FolderSearch } from 'lucide-react';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { isJobOver } from '#shared/model/job.ts';
import type { RoomError } from '#shared/errors.ts';
import { useConnection, useJob, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorState } from '../../ui/notices.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useDebounced } from '../../ui/use-debounced.ts';
import { JobLine } from '../jobs/job-line.tsx';
import { FolderBrowser } from './folder-browser.tsx';
import { ImportResultView } from './import-result.tsx';
import { closeImport, followImport, openImport, setImportPath, useImport } from './import-store.ts';
import './import.css';

const typingMs = 200;
const formId = 'import-form';

/** Tells of an import that ended while its sheet was closed: nothing fails silently. */
function useEndToast(jobId: string | null, isOpen: boolean): void {
  const state = useJob(jobId).data?.state;
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    if (jobId === null || state === undefined || !isJobOver(state) || told === jobId) return;
    setTold(jobId);
    if (isOpen) return;
    const action = { label: 'Show the result', run: () => openImport() };
    if (state === 'succeeded') showToast({ shape: 'ok', title: 'Import finished', action });
    else showToast({ shape: 'fail', title: 'Import ended early', action });
  }, [jobId, state, told, isOpen]);
}

function ImportForm({
  onStart,
  error,
}: {
  readonly onStart: (path: string) => void;
  readonly error: RoomError | null;
}): ReactNode {
  const path = useImport((state) => state.path);
  const droppedName = useImport((state) => state.droppedName);
  const settledPath = useDebounced(path, typingMs);
  const room = useRoomQuery('room.info', {});
  const { call } = useRoom();
  const pick = async (): Promise<void> => {
    try {
      const picked = await call('room.pickFolder', { title: 'Import a folder' });
      if (picked.path !== null) setImportPath(picked.path);
    } catch (thrown) {
      showError('No folder chosen', thrown);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() !== '') onStart(path.trim());
  };
  return (
    <form id={formId} onSubmit={submit} className="importform">
      <p className="t2">
        A run, a snapshot, or a folder that holds several. The folder is only read; clips stay where they are.
      </p>
      {droppedName === null ? null : (
        <p className="told">
          A browser does not tell where <b className="w6">{droppedName}</b> lies. Choose the folder below, or paste its
          path.
        </p>
      )}
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <div className="sp">
          <TextField
            id="import-path"
            label="Path on the engine’s computer"
            value={path}
            onValue={setImportPath}
            data-autofocus
            className="mono"
            placeholder="/data/vast_runs/…"
          />
        </div>
        {room.data?.canPickFolder === true ? (
          <Button onClick={() => void pick()}>
            <FolderSearch className="icon" aria-hidden="true" />
            Choose…
          </Button>
        ) : null}
      </div>
      {room.data?.canBrowseFolders === true ? <FolderBrowser path={settledPath} onPath={setImportPath} /> : null}
      {error === null ? null : <ErrorState inline title="Import not started" error={error} />}
    </form>
  );
}

/** The import from choosing a folder to what came of it. Closing the sheet leaves the job running. */
export function ImportSheet(): ReactNode {
  const { isOpen, path, jobId } = useImport();
  const { call } = useRoom();
  const connection = useConnection();
  const job = useJob(jobId);
  const [error, setError] = useState<RoomError | null>(null);
  useEndToast(jobId, isOpen);

  const start = (from: string): void => {
    setError(null);
    call('runs.import', { path: from }).then(
      (started) => followImport(started.jobId),
      (thrown: RoomError) => setError(thrown),
    );
  };
  const isOver = job.data !== undefined && isJobOver(job.data.state);
  const footer =
    jobId === null ? (
      <>
        <Button onClick={closeImport}>Cancel</Button>
        <Button kind="primary" isSubmit form={formId} disabled={path.trim() === '' || connection.kind !== 'open'}>
          Import
        </Button>
      </>
    ) : (
      <>
        {isOver ? (
          <Button onClick={() => followImport(null)}>
            {job.data?.state === 'succeeded' ? 'Import another…' : 'Choose the folder again…'}
          </Button>
        ) : (
          <Button
            onClick={() =>
              void call('jobs.cancel', { id: jobId }).catch((thrown: unknown) => showError('Not cancelled', thrown))
            }
          >
            Cancel the import
          </Button>
        )}
        <Button kind="primary" onClick={closeImport}>
          {isOver ? 'Close' : 'Go on in the background'}
        </Button>
      </>
    );
  return (
    <Sheet
      title={jobId === null ? 'Import a folder' : 'Import'}
      isOpen={isOpen}
      onClose={closeImport}
      wide
      footer={footer}
    >
      {jobId === null ? (
        <ImportForm onStart={start} error={error} />
      ) : job.data === undefined ? (
        job.error === null ? null : (
          <ErrorState inline title="The import can not be followed" error={job.error} />
        )
      ) : (
        <>
          <JobLine job={job.data} />
          {job.data.state === 'succeeded' ? <ImportResultView value={job.data.result} /> : null}
        </>
      )}
    </Sheet>
  );
}
