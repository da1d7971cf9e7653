import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { isStepOver, type RemoteStep } from '#shared/model/step.ts';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatAgo, formatDuration, formatExact } from '../../ui/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { LiveRun } from './live-run.tsx';
import { StepLog } from './step-log.tsx';
import type { RemoteJob } from './use-remote-job.ts';
import { kindWords, stepMark, stepSeconds } from './words.ts';

/** One step: how it stands and why, what it came to, and what it writes. */
export function StepDetail({
  step,
  jobs,
  isCut,
  nowMs,
}: {
  readonly step: RemoteStep;
  readonly jobs: RemoteJob;
  readonly isCut: boolean;
  readonly nowMs: number;
}): ReactNode {
  const [view, setView] = useState<'live' | 'log'>('live');
  const seconds = stepSeconds(step, nowMs);
  const isRun = step.kind === 'run';
  return (
    <aside className="insp remote-detail" aria-label={`Step ${step.title}`} data-testid="step-detail">
      <section>
        <h2>
          <span className="trunc" title={step.title}>
            {step.title}
          </span>
          <span className="src">{kindWords[step.kind]}</span>
        </h2>
        <div className="row">
          <StateMark big {...stepMark(step)} />
          <span className="why tn">{seconds === null ? 'duration not known' : formatDuration(seconds)}</span>
          <span className="sp" />
          <Actions step={step} jobs={jobs} isCut={isCut} />
        </div>
        <Why step={step} nowMs={nowMs} />
        <dl className="kv">
          <dt>Id</dt>
          <dd>
            <Copyable text={step.id} label="step id" />
          </dd>
          <dt>Began</dt>
          <dd className="tn">{step.startedAt === null ? 'not yet' : `${formatExact(step.startedAt)} UTC`}</dd>
          <dt>Ended</dt>
          <dd className="tn">
            {step.endedAt === null
              ? isStepOver(step.state)
                ? 'not known'
                : 'not yet'
              : `${formatExact(step.endedAt)} UTC`}
          </dd>
          <dt>Exit code</dt>
          <dd className="tn">
            {step.exitCode !== null
              ? step.exitCode
              : step.signalNumber !== null
                ? `none, signal ${step.signalNumber}`
                : isStepOver(step.state)
                  ? 'not known'
                  : 'not yet'}
          </dd>
          {step.leftCount === null || step.leftCount === 0 ? null : (
            <>
              <dt>Left behind</dt>
              <dd>
                <StateMark shape="warn" word={`${step.leftCount} processes`} />
              </dd>
            </>
          )}
          {step.jobId === null ? null : (
            <>
              <dt>Job</dt>
              <dd>
                <Link className="link" href={addressOf.job(step.jobId)}>
                  open
                </Link>
              </dd>
            </>
          )}
        </dl>
        {isRun ? (
          <Segmented
            label="View"
            size="small"
            value={view}
            onChange={setView}
            options={[
              { value: 'live', label: 'Stages' },
              { value: 'log', label: 'Whole log' },
            ]}
          />
        ) : null}
      </section>
      {isRun && view === 'live' ? <LiveRun key={step.id} step={step} /> : <StepLog key={step.id} step={step} />}
    </aside>
  );
}

/** Why it stands as it does. A machine that is not reached is no end, and only the provider says that it is gone. */
function Why({ step, nowMs }: { readonly step: RemoteStep; readonly nowMs: number }): ReactNode {
  if (step.unknownSince !== null && !isStepOver(step.state))
    return (
      <p className="t2" role="status">
        Not reached for {formatAgo(Date.parse(step.unknownSince), nowMs).replace(/ ago$/, '')}. It may well go on: it
        does not need the connection.
      </p>
    );
  const words = step.outcome?.because ?? step.because;
  return words === null ? null : <p className="t2 wrap-any">{words}</p>;
}

function Actions({
  step,
  jobs,
  isCut,
}: {
  readonly step: RemoteStep;
  readonly jobs: RemoteJob;
  readonly isCut: boolean;
}): ReactNode {
  const { call } = useRoom();
  const [isAsking, setIsAsking] = useState(false);
  const [isEnding, setIsEnding] = useState(false);
  if (isStepOver(step.state)) return null;
  const end = async (): Promise<void> => {
    setIsEnding(true);
    try {
      const after = await call('steps.cancel', { id: step.id });
      showToast({
        shape: 'off',
        title: `${step.title}: ${stepMark(after).word.toLowerCase()}`,
        text: after.because ?? '',
      });
    } catch (thrown) {
      showError('Not ended', thrown);
    } finally {
      setIsEnding(false);
      setIsAsking(false);
    }
  };
  return (
    <>
      <Button
        size="small"
        disabled={isCut || jobs.isBusy}
        title="Reads on from the byte where it was read to"
        onClick={() => void jobs.start('steps.attach', { id: step.id }, 'Follow the step')}
      >
        Follow
      </Button>
      {isAsking ? (
        <Button size="small" kind="danger" disabled={isCut || isEnding} onClick={() => void end()}>
          {isEnding ? 'Ending it' : 'End all of it'}
        </Button>
      ) : (
        <Button size="small" disabled={isCut} onClick={() => setIsAsking(true)}>
          Cancel…
        </Button>
      )}
    </>
  );
}
