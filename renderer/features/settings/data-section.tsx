import { useState, type ReactNode } from 'react';
import type { RoomInfo } from '#shared/contract/room.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { RoomError } from '#shared/errors.ts';
import { isJobOver } from '#shared/model/job.ts';
import { useConnection, useJob, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatAgo, formatBytes, formatCount, formatExact, plural } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { JobLine } from '../jobs/job-line.tsx';
import { SettingsSection } from './settings-section.tsx';

type Proof = MethodOutput<'decisions.verify'>;

const proofMarks = {
  verified: { shape: 'ok', word: 'Verified' },
  broken: { shape: 'fail', word: 'Broken' },
  could_not_tell: { shape: 'unknown', word: 'Could not tell' },
} as const;

function DecisionProof(): ReactNode {
  const { call } = useRoom();
  const nowMs = useNow();
  const [proof, setProof] = useState<{ readonly value: Proof; readonly atMs: number } | null>(null);
  const [error, setError] = useState<RoomError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const verify = async (): Promise<void> => {
    setIsBusy(true);
    setError(null);
    try {
      setProof({ value: await call('decisions.verify', {}), atMs: Date.now() });
    } catch (thrown) {
      setError(thrown as RoomError);
    } finally {
      setIsBusy(false);
    }
  };
  const eventCount = proof?.value.devices.reduce((sum, device) => sum + device.eventCount, 0) ?? 0;
  return (
    <div className="act">
      <div className="col" style={{ gap: 4 }}>
        <span className="w5">Decisions</span>
        <span className="why">
          Reads every verdict and note back and checks the hash chain of each device against its segments.
        </span>
        {proof === null ? null : (
          <>
            <span className="row">
              <StateMark {...proofMarks[proof.value.state]} />
              <span className="why tn">
                {plural(eventCount, 'event')}, {plural(proof.value.devices.length, 'device')},{' '}
                {formatAgo(proof.atMs, nowMs)}
              </span>
            </span>
            {proof.value.devices.map((device) =>
              device.fault === null ? null : (
                <span key={device.deviceId} className="why fail">
                  {device.deviceId}: {device.fault}
                </span>
              ),
            )}
          </>
        )}
        {error === null ? null : <ErrorState inline title="Not verified" error={error} />}
      </div>
      <Button disabled={isBusy} onClick={() => void verify()}>
        {isBusy ? 'Verifying' : 'Verify'}
      </Button>
    </div>
  );
}

function Rebuild(): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  const [jobId, setJobId] = useState<string | null>(null);
  const [error, setError] = useState<RoomError | null>(null);
  const job = useJob(jobId).data;
  const isRunning = job !== undefined && !isJobOver(job.state);
  return (
    <div className="act">
      <div className="col" style={{ gap: 4 }}>
        <span className="w5">Index</span>
        <span className="why">
          Clips, log lines and search can be made again from the run folders; where those are gone, from what was seen
          of them. Runs, decisions, jobs and settings are not touched.
        </span>
        {job === undefined ? null : <JobLine job={job} />}
        {error === null ? null : <ErrorState inline title="Not started" error={error} />}
      </div>
      <Button
        disabled={isRunning || connection.kind !== 'open'}
        onClick={() => {
          setError(null);
          call('history.rebuild', {}).then(
            (started) => setJobId(started.jobId),
            (thrown: RoomError) => setError(thrown),
          );
        }}
      >
        Rebuild the index
      </Button>
    </div>
  );
}

export function DataSection({ room }: { readonly room: RoomInfo }): ReactNode {
  const nowMs = useNow(60_000);
  const { database, counts } = room;
  return (
    <SettingsSection
      id="data"
      title="History"
      note="Two files: what can not be made again is backed up daily and before a migration; the index can be made again."
    >
      <dl className="kv">
        <dt>History</dt>
        <dd className="tn">
          version {database.historyVersion}, {formatBytes(database.historyBytes)}
        </dd>
        <dt>Index</dt>
        <dd className="tn">
          version {database.indexVersion}, {formatBytes(database.indexBytes)}
        </dd>
        <dt>Holds</dt>
        <dd className="tn">
          {plural(counts.runs, 'run')}, {plural(counts.clips, 'clip')}, {formatCount(counts.logLines)} log lines,{' '}
          {plural(counts.decisions, 'decision')}
        </dd>
        <dt>Last backup</dt>
        <dd>
          {database.lastBackupAt === null ? (
            <StateMark shape="off" word="None yet" />
          ) : (
            <span className="tn" title={`${formatExact(database.lastBackupAt)} UTC`}>
              {formatAgo(Date.parse(database.lastBackupAt), nowMs)}
            </span>
          )}
        </dd>
        <dt>Workspace id</dt>
        <dd>
          <Copyable text={room.workspace.id} label="workspace id" />
        </dd>
      </dl>
      <DecisionProof />
      <Rebuild />
    </SettingsSection>
  );
}
