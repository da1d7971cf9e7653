import { useId, useState, type ReactNode } from 'react';
import { TextField } from '../../ui/field.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import type { RemoteJob } from './use-remote-job.ts';

export type Action = 'command' | 'prepare' | 'audit';

type SheetProps = {
  readonly machineId: string;
  readonly jobs: RemoteJob;
  readonly onClose: () => void;
};

const titles: Readonly<Record<Action, string>> = {
  command: 'Run a command',
  prepare: 'Prepare the machine',
  audit: 'Audit the checkout',
};
const usualCheckout = '/workspace/BlueprintValidation';

/** What a person may start on a machine. Each is linted before anything of it runs. */
export function ActionSheet({ action, ...props }: SheetProps & { readonly action: Action }): ReactNode {
  switch (action) {
    case 'command':
      return <CommandSheet {...props} />;
    case 'prepare':
      return <PrepareSheet {...props} />;
    case 'audit':
      return <AuditSheet {...props} />;
    default:
      return action satisfies never;
  }
}

function ActionForm({
  action,
  verb,
  isReady,
  isBusy,
  onSubmit,
  onClose,
  children,
}: {
  readonly action: Action;
  readonly verb: string;
  readonly isReady: boolean;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <Sheet
      title={titles[action]}
      isOpen
      onClose={onClose}
      footer={
        <>
          {isBusy ? <span className="why">Another one is under way</span> : null}
          <span className="sp" />
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className="btn pri" disabled={!isReady || isBusy}>
            {verb}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="remote-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) onSubmit();
        }}
      >
        {children}
      </form>
    </Sheet>
  );
}

function CommandSheet({ machineId, jobs, onClose }: SheetProps): ReactNode {
  const id = useId();
  const [title, setTitle] = useState('');
  const [script, setScript] = useState('');
  const [cwd, setCwd] = useState('');
  return (
    <ActionForm
      action="command"
      verb="Run"
      isReady={script.trim() !== ''}
      isBusy={jobs.isBusy}
      onClose={onClose}
      onSubmit={() => {
        const input = { instanceId: machineId, title: title.trim() || firstLine(script), script };
        void jobs.start('steps.run', { ...input, ...(cwd.trim() === '' ? {} : { cwd: cwd.trim() }) }, titles.command);
        onClose();
      }}
    >
      <p className="t2">It goes on when the connection, the room or this computer is gone, and is found again.</p>
      <div>
        <label className="label" htmlFor={`${id}-script`}>
          For bash
        </label>
        <textarea
          id={`${id}-script`}
          className="area mono remote-script"
          rows={8}
          spellCheck={false}
          placeholder="nvidia-smi"
          value={script}
          onChange={(event) => setScript(event.target.value)}
        />
      </div>
      <TextField id={`${id}-title`} label="Name" placeholder={firstLine(script)} value={title} onValue={setTitle} />
      <TextField id={`${id}-cwd`} label="Folder on the machine" placeholder="its home" value={cwd} onValue={setCwd} />
    </ActionForm>
  );
}

const firstLine = (script: string): string => (script.trim().split('\n')[0] ?? '').slice(0, 80);

function PrepareSheet({ machineId, jobs, onClose }: SheetProps): ReactNode {
  const id = useId();
  const [checkout, setCheckout] = useState(usualCheckout);
  const [script, setScript] = useState('scripts/cloud_prepare_0787.sh');
  const [file, setFile] = useState('');
  return (
    <ActionForm
      action="prepare"
      verb="Lint and prepare"
      isReady={checkout.trim() !== '' && (script.trim() !== '' || file.trim() !== '')}
      isBusy={jobs.isBusy}
      onClose={onClose}
      onSubmit={() => {
        const own = file.trim() === '' ? { script: script.trim() } : { file: file.trim() };
        void jobs.start('remote.prepare', { instanceId: machineId, checkout: checkout.trim(), ...own }, titles.prepare);
        onClose();
      }}
    >
      <p className="t2">
        Every script that it runs is looked at first; the environment is compared before and after, and a change fails
        it even when it ended with 0.
      </p>
      <TextField id={`${id}-checkout`} label="Checkout on the machine" value={checkout} onValue={setCheckout} />
      <TextField
        id={`${id}-script`}
        label="Script of the checkout"
        value={script}
        onValue={setScript}
        disabled={file.trim() !== ''}
      />
      <TextField
        id={`${id}-file`}
        label="Or a script of this computer in its place"
        placeholder="/…/prepare.sh"
        value={file}
        onValue={setFile}
      />
    </ActionForm>
  );
}

function AuditSheet({ machineId, jobs, onClose }: SheetProps): ReactNode {
  const id = useId();
  const [checkout, setCheckout] = useState(usualCheckout);
  const [config, setConfig] = useState('');
  const [tests, setTests] = useState('');
  const paths = tests.split(/\s+/).filter((path) => path !== '');
  return (
    <ActionForm
      action="audit"
      verb="Audit"
      isReady={checkout.trim() !== ''}
      isBusy={jobs.isBusy}
      onClose={onClose}
      onSubmit={() => {
        const input = { instanceId: machineId, checkout: checkout.trim(), tests: paths };
        void jobs.start(
          'remote.audit',
          { ...input, ...(config.trim() === '' ? {} : { config: config.trim() }) },
          titles.audit,
        );
        onClose();
      }}
    >
      <p className="t2">
        Tests, lint, preflight and a scan for secrets in the environment as it is, which is proved to be unchanged
        afterwards. Nothing is installed.
      </p>
      <TextField id={`${id}-checkout`} label="Checkout on the machine" value={checkout} onValue={setCheckout} />
      <TextField
        id={`${id}-config`}
        label="Configuration for its preflight"
        placeholder="configs/….yaml, below the checkout; none: without it"
        value={config}
        onValue={setConfig}
      />
      <TextField id={`${id}-tests`} label="Tests" placeholder="all of them" value={tests} onValue={setTests} />
    </ActionForm>
  );
}
