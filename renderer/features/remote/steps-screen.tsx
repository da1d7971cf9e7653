import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { RemoteStep } from '#shared/model/step.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatDuration, formatMoment, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ActionSheet, type Action } from './action-sheets.tsx';
import { DemoNote } from './demo-note.tsx';
import { EnvironmentPart } from './environment-part.tsx';
import { JobPart } from './job-part.tsx';
import { MachineName } from './machine-name.tsx';
import { StepDetail } from './step-detail.tsx';
import { useRemoteJob } from './use-remote-job.ts';
import { kindWords, stepMark, stepSeconds } from './words.ts';
import './remote.css';

/** What ran and runs on a machine, and the environment that it ran in. */
export function StepsScreen({
  machineId,
  stepId,
}: {
  readonly machineId: string;
  readonly stepId: string | null;
}): ReactNode {
  useScreenTitle(`Steps of ${machineId}`);
  const [, navigate] = useLocation();
  const isCut = useConnection().kind !== 'open';
  const steps = useRoomQuery('steps.list', { instanceId: machineId, limit: 200 });
  const environment = useRoomQuery('environment.get', { instanceId: machineId });
  const jobs = useRemoteJob();
  const [action, setAction] = useState<Action | null>(null);
  const items = steps.data?.items ?? [];
  const nowMs = useNow(items.some(({ state }) => state === 'running' || state === 'starting') ? 1000 : 60_000);
  const chosen = items.find(({ id }) => id === stepId) ?? null;
  const back = stepId === null ? addressOf.machine(machineId) : addressOf.steps(machineId);
  useCommands('Steps', [
    {
      id: 'prepare',
      title: 'Prepare the machine…',
      keyCaps: ['P'],
      bindings: ['p'],
      footer: 'prepare',
      run: () => setAction('prepare'),
    },
    {
      id: 'audit',
      title: 'Audit the checkout…',
      keyCaps: ['A'],
      bindings: ['a'],
      footer: 'audit',
      run: () => setAction('audit'),
    },
    {
      id: 'command',
      title: 'Run a command…',
      keyCaps: ['N'],
      bindings: ['n'],
      footer: 'command',
      run: () => setAction('command'),
    },
    {
      id: 'gate',
      title: 'Open the launch gate',
      keyCaps: ['L'],
      bindings: ['l'],
      footer: 'launch gate',
      run: () => navigate(addressOf.gate(machineId)),
    },
    {
      id: 'back',
      title: 'Back',
      keyCaps: ['Esc'],
      bindings: ['Escape'],
      footer: 'back',
      inPalette: false,
      run: () => navigate(back),
    },
  ]);
  return (
    <div className="screen">
      <div className="bar">
        <Link href={addressOf.fleet} className="t3">
          Fleet
        </Link>
        <span className="t3">/</span>
        <MachineName machineId={machineId} />
        <span className="t3">/</span>
        <h1>Steps</h1>
        <span className="t3 tn trunc">{steps.data === undefined ? '' : plural(items.length, 'step')}</span>
        <StaleNote error={steps.data === undefined ? null : steps.error} readAtMs={steps.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        <Button disabled={isCut} onClick={() => setAction('prepare')}>
          Prepare…
        </Button>
        <Button disabled={isCut} onClick={() => setAction('audit')}>
          Audit…
        </Button>
        <Button disabled={isCut} onClick={() => setAction('command')}>
          Run a command…
        </Button>
        <Link className="btn pri" href={addressOf.gate(machineId)}>
          Launch gate
        </Link>
      </div>
      {jobs.job === null ? null : (
        <JobPart
          job={jobs.job}
          what={jobWords[jobs.job.kind] ?? jobs.job.kind}
          onCancel={jobs.cancel}
          onForget={jobs.forget}
        />
      )}
      <div className={classes('remote-split', chosen !== null && 'open')}>
        <div className="scroll" tabIndex={0} role="region" aria-label="Environment and steps">
          {/* Both at once: what stands below would move when the one above it came. */}
          {environment.data === undefined && environment.error === null ? (
            <Reading what="Reading the environment" />
          ) : (
            <>
              <EnvironmentPart
                machineId={machineId}
                isCut={isCut}
                isBusy={jobs.isBusy}
                onProbe={() =>
                  void jobs.start('environment.probe', { instanceId: machineId }, 'Look at the environment')
                }
              />
              {steps.data === undefined ? (
                steps.error === null ? (
                  <Reading what="Reading steps" />
                ) : (
                  <ErrorState
                    title="Steps could not be read"
                    error={steps.error}
                    actions={<Button onClick={() => void steps.refetch()}>Read again</Button>}
                  />
                )
              ) : items.length === 0 ? (
                <>
                  <EmptyState lead="Nothing was run on this machine by the room.">
                    A step runs detached: it goes on without the connection, and its exit code is known afterwards.
                    Prepare the machine, audit its checkout, then open the launch gate.
                  </EmptyState>
                  <DemoNote />
                </>
              ) : (
                <ul className="remote-steps" aria-label="Steps">
                  {items.map((step) => (
                    <StepRow key={step.id} step={step} isOpen={step.id === stepId} nowMs={nowMs} />
                  ))}
                </ul>
              )}
            </>
          )}
        </div>
        {chosen === null ? null : <StepDetail key={chosen.id} step={chosen} jobs={jobs} isCut={isCut} nowMs={nowMs} />}
      </div>
      {action === null ? null : (
        <ActionSheet action={action} machineId={machineId} jobs={jobs} onClose={() => setAction(null)} />
      )}
    </div>
  );
}

const jobWords: Readonly<Record<string, string>> = {
  'steps.run': 'Run a command',
  'steps.attach': 'Follow the step',
  'remote.prepare': 'Prepare',
  'remote.audit': 'Audit',
  'environment.probe': 'Look at the environment',
};

function StepRow({
  step,
  isOpen,
  nowMs,
}: {
  readonly step: RemoteStep;
  readonly isOpen: boolean;
  readonly nowMs: number;
}): ReactNode {
  const seconds = stepSeconds(step, nowMs);
  return (
    <li>
      <Link
        href={isOpen ? addressOf.steps(step.instanceId) : addressOf.step(step.instanceId, step.id)}
        className={classes('remote-step', isOpen && 'sel')}
        aria-current={isOpen ? 'true' : undefined}
        data-testid="step-row"
      >
        <StateMark {...stepMark(step)} />
        <span className="trunc" title={step.title}>
          <span className="t3">{kindWords[step.kind]}</span> <span className="w5">{step.title}</span>
        </span>
        <span className="why trunc">{step.outcome?.because ?? step.because ?? ''}</span>
        <span className="num">{seconds === null ? '' : formatDuration(seconds)}</span>
        <span className="t3 tn nw">{formatMoment(step.createdAt, nowMs)}</span>
      </Link>
    </li>
  );
}
