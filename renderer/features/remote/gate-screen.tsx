import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { Job } from '#shared/model/job.ts';
import type { RemoteCheck } from '#shared/model/remote-run.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatAgo, plural, withMoments } from '../../ui/format.ts';
import { EmptyState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { DemoNote } from './demo-note.tsx';
import { GatePlan, planOf, usualPlan, type Plan } from './gate-plan.tsx';
import { GateSide } from './gate-side.tsx';
import { JobPart } from './job-part.tsx';
import { MachineName } from './machine-name.tsx';
import { useRemoteJob } from './use-remote-job.ts';
import { byArea, checkMarks, holds } from './words.ts';
import './remote.css';

type Seen = { readonly rows: readonly RemoteCheck[]; readonly configHash: string | null; readonly at: string };

/** All that a run needs, looked at on the machine itself: green or named, and no launch past what is red without a word. */
export function GateScreen({ machineId }: { readonly machineId: string }): ReactNode {
  useScreenTitle(`Launch gate of ${machineId}`);
  const [, navigate] = useLocation();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow();
  const [plan, setPlan] = useState<Plan>(usualPlan);
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [seen, setSeen] = useState<Seen | null>(null);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const jobs = useRemoteJob();
  const { job } = jobs;
  const input = planOf(machineId, plan);

  // What a preflight or a launch that was held saw is what the page shows.
  useEffect(() => {
    const next = job === null ? null : seenBy(job);
    if (next !== null) setSeen(next);
  }, [job]);
  const launched = useRoomQuery(
    'steps.list',
    { instanceId: machineId, limit: 5 },
    { enabled: job?.kind === 'remote.launch', refetchIntervalMs: 2000 },
  );
  const runId = launched.data?.items.find((step) => step.jobId === job?.id && step.kind === 'run')?.id ?? null;
  useEffect(() => {
    if (runId !== null) navigate(addressOf.step(machineId, runId));
  }, [runId, machineId, navigate]);

  const rows = seen?.rows ?? [];
  const holding = rows.filter(holds);
  const open = holding.filter(({ id }) => (reasons[id] ?? '').length < 3);
  const isReady = seen !== null && open.length === 0 && input !== null && !isCut && !jobs.isBusy;
  const check = (): void => {
    if (input === null || isCut || jobs.isBusy) return;
    setReasons({});
    void jobs.start('remote.preflight', input, 'Check');
  };
  const launch = (): void => {
    if (!isReady) return;
    const overrides = holding.map(({ id }) => ({ gate: id, because: reasons[id] ?? '' }));
    void jobs.start('remote.launch', { ...input, overrides }, 'Launch');
  };
  const nextBlocker = (): void => {
    const at = open.findIndex(({ id }) => id === chosenId);
    setChosenId(open[(at + 1) % open.length]?.id ?? null);
  };
  useCommands('Launch gate', [
    { id: 'check', title: 'Check all again', keyCaps: ['R'], bindings: ['r'], footer: 'check again', run: check },
    { id: 'blocker', title: 'Next blocker', keyCaps: ['B'], bindings: ['b'], footer: 'next blocker', run: nextBlocker },
    {
      id: 'back',
      title: 'Back to the steps',
      keyCaps: ['Esc'],
      bindings: ['Escape'],
      footer: 'back',
      inPalette: false,
      run: () => navigate(addressOf.steps(machineId)),
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
        <h1>Launch gate</h1>
        <span className="t3 trunc">
          {plan.stages.length === 0 ? 'run-all' : plan.stages.join(', ')}, {plan.mode}
        </span>
        <span className="sp" />
        {seen === null ? null : (
          <span className="t3 tn nw">Checked {formatAgo(Date.parse(seen.at), nowMs)}, read-only</span>
        )}
        <Button disabled={input === null || isCut || jobs.isBusy} onClick={check}>
          {seen === null ? 'Check all' : 'Check all again'}
        </Button>
      </div>
      {job === null || (job.error?.code === 'held' && seen !== null) ? null : (
        <JobPart
          job={job}
          what={job.kind === 'remote.launch' ? 'Launch' : 'Check'}
          onCancel={jobs.cancel}
          onForget={jobs.forget}
        />
      )}
      <div className="remote-split open gate">
        <div className="scroll" tabIndex={0} role="region" aria-label="Items of the gate">
          <GatePlan
            plan={plan}
            isBusy={jobs.isBusy}
            onPlan={(next) => (setPlan(next), setSeen(null), setReasons({}))}
          />
          {seen === null ? (
            <>
              <EmptyState
                lead="Nothing was checked yet."
                actions={
                  <Button kind="primary" disabled={input === null || isCut || jobs.isBusy} onClick={check}>
                    Check all
                  </Button>
                }
              >
                The room looks at the machine, reads its configuration, fetches a byte of every gated file with the
                machine’s own token, and asks the pipeline’s preflight. Nothing is started.
              </EmptyState>
              <DemoNote />
            </>
          ) : (
            <Items rows={rows} reasons={reasons} chosenId={chosenId} onChoose={setChosenId} nowMs={nowMs} />
          )}
        </div>
        <GateSide
          rows={rows}
          isChecked={seen !== null}
          plan={plan}
          configHash={seen?.configHash ?? null}
          chosenId={chosenId}
          reasons={reasons}
          onReason={(id, because) => setReasons({ ...reasons, [id]: because })}
          openCount={open.length}
          isReady={isReady}
          isBusy={jobs.isBusy}
          onLaunch={launch}
        />
      </div>
    </div>
  );
}

/** The items that a job saw, whether it ended with them or was held by them. */
function seenBy(job: Job): Seen | null {
  const at = job.finishedAt ?? job.createdAt;
  if (job.kind === 'remote.preflight' && job.state === 'succeeded') {
    const { rows, configHash } = job.result as MethodOutput<'remote.preflight'>;
    return { rows, configHash, at };
  }
  const rows = job.error?.code === 'held' ? job.error.details?.['rows'] : null;
  return Array.isArray(rows) ? { rows: rows as RemoteCheck[], configHash: null, at } : null;
}

function Items({
  rows,
  reasons,
  chosenId,
  onChoose,
  nowMs,
}: {
  readonly rows: readonly RemoteCheck[];
  readonly reasons: Readonly<Record<string, string>>;
  readonly chosenId: string | null;
  readonly onChoose: (id: string) => void;
  readonly nowMs: number;
}): ReactNode {
  return (
    <table className="remote-gate" aria-label="Items of the gate">
      <thead>
        <tr>
          <th scope="col">Area</th>
          <th scope="col">Verdict</th>
          <th scope="col">Check</th>
          <th scope="col">Evidence</th>
        </tr>
      </thead>
      <tbody>
        {byArea(rows).flatMap(([area, own]) =>
          own.map((row, at) => {
            const isPassedOver = holds(row) && (reasons[row.id] ?? '').length >= 3;
            return (
              <tr
                // Names of the pipeline’s own checks may repeat.
                key={`${row.by} ${row.id} ${at}`}
                className={classes(
                  holds(row) && !isPassedOver && 'blocked',
                  row.state === 'warning' && 'noted',
                  row.id === chosenId && 'sel',
                )}
                data-gate={row.id}
                data-state={row.state}
              >
                <td className="t3">{at === 0 ? area : ''}</td>
                <td className="nw">
                  <StateMark
                    {...(isPassedOver ? { shape: 'warn' as const, word: 'Passed over' } : checkMarks[row.state])}
                  />
                </td>
                <td className="w5">
                  {holds(row) ? (
                    <button type="button" className="link" onClick={() => onChoose(row.id)}>
                      {row.id}
                    </button>
                  ) : (
                    row.id
                  )}
                </td>
                <td className="t2 wrap-any">{withMoments(row.evidence, nowMs)}</td>
              </tr>
            );
          }),
        )}
      </tbody>
      <tfoot>
        <tr>
          <td className="why" colSpan={4}>
            {plural(rows.length, 'item')}, {rows.filter(({ by }) => by === 'pipeline').length} of them from the
            pipeline’s own preflight
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
