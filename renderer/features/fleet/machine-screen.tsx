import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo, formatMoment } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { BudgetPanel } from './budget-panel.tsx';
import { ThreeWay } from './facts.tsx';
import { isChainShown, JobChain } from './job-chain.tsx';
import { LogPanel } from './log-panel.tsx';
import { MachineActions } from './machine-actions.tsx';
import { MachineFacts } from './machine-facts.tsx';
import { MachineTime } from './machine-time.tsx';
import { Moments } from './moments.tsx';
import { ShutdownPanel } from './shutdown-panel.tsx';
import { SshPanel } from './ssh-panel.tsx';
import { useSnapshots } from './use-snapshots.ts';
import { useMachineCommands } from './use-machine-commands.ts';
import { useFleet, useMachineJobs, toRow, type FleetRow } from './use-fleet.ts';
import { gpuWords, nameOf, stateOf } from './words.ts';
import './fleet.css';
import './machine.css';

/** The row of a machine: from the list, or, when it is gone, from its permanent record. */
function useRow(id: string) {
  const fleet = useFleet();
  const listed = fleet.rows.find(({ item }) => item.id === id) ?? null;
  const one = useRoomQuery('instances.get', { id }, { enabled: listed === null });
  const budget = useRoomQuery(
    'budget.status',
    { instanceId: id },
    { enabled: listed === null && one.data !== undefined },
  );
  const jobs = useMachineJobs();
  const snapshots = useSnapshots();
  const nowMs = useNow();
  const row: FleetRow | null =
    listed ??
    (one.data === undefined
      ? null
      : toRow(one.data.item, { budget: budget.data ?? null, points: [], jobs, snapshots, nowMs }));
  return { row, fleet, one, nowMs };
}

function Timeline({ id, nowMs }: { readonly id: string; readonly nowMs: number }): ReactNode {
  const history = useRoomQuery('instances.history', { id });
  return (
    <section className="panel timeline">
      <h2>
        Timeline <span className="src">newest first, UTC</span>
      </h2>
      {history.data === undefined ? (
        history.error === null ? (
          <p className="why">Reading…</p>
        ) : (
          <ErrorState inline title="The timeline could not be read" error={history.error} />
        )
      ) : (
        <Moments items={history.data.items} nowMs={nowMs} withDetail />
      )}
    </section>
  );
}

/** Everything of one machine. */
export function MachineScreen({ machineId }: { readonly machineId: string }): ReactNode {
  const { row, fleet, one, nowMs } = useRow(machineId);
  const [, navigate] = useLocation();
  const ofMachine = useMachineCommands(row !== null && row.item.goneAt === null ? row : null);
  useScreenTitle(row === null ? `Machine ${machineId}` : nameOf(row.item));
  useCommands('Machine', [
    {
      id: 'back',
      title: 'Back to the fleet',
      keyCaps: ['Esc'],
      bindings: ['Escape'],
      footer: 'fleet',
      run: () => navigate(addressOf.fleet),
    },
    ...ofMachine,
  ]);
  if (row === null)
    return (
      <div className="screen machine">
        <div className="bar">
          <Link href={addressOf.fleet} className="link">
            Fleet
          </Link>
          <h1>{machineId}</h1>
        </div>
        {one.error === null && fleet.error === null ? (
          <Reading what="Reading the machine" />
        ) : (
          <ErrorState
            title="The machine is not known"
            error={(one.error ?? fleet.error)!}
            actions={<Button onClick={() => void one.refetch()}>Read again</Button>}
          />
        )}
      </div>
    );
  const { item } = row;
  const isGone = item.goneAt !== null;
  const state = stateOf(row, nowMs);
  const isStale = fleet.view?.stale ?? false;
  const observedAt = isGone ? (item.goneAt ?? item.lastSeenAt) : (fleet.view?.observedAt ?? item.lastSeenAt);
  return (
    <div className="screen machine" data-attention={row.attention.kind}>
      <div className="bar">
        <Link href={addressOf.fleet} className="link">
          Fleet
        </Link>
        <h1 className="trunc">{nameOf(item)}</h1>
        <StateMark shape={state.shape} word={state.word} />
        <span className="t3 trunc tn">{state.because}</span>
        {isStale && !isGone ? (
          <StateMark
            shape="unknown"
            word={`Last known ${formatMoment(observedAt, nowMs)}, ${formatAgo(Date.parse(observedAt), nowMs)}`}
          />
        ) : null}
        <span className="sp" />
        <span className="t3 tn">{gpuWords(item)}</span>
        <Link className="btn" href={addressOf.steps(item.id)}>
          Steps
        </Link>
        <MachineActions row={row} />
      </div>
      <div className="machinesplit">
        <div className="scroll first" tabIndex={0} role="region" aria-label="Facts">
          {isChainShown(row.lastJob) ? <JobChain job={row.lastJob} /> : null}
          {isGone ? null : <ThreeWay row={row} observedAt={observedAt} nowMs={nowMs} />}
          <MachineFacts row={row} nowMs={nowMs} />
          {isGone ? null : <SshPanel row={row} nowMs={nowMs} />}
        </div>
        <div className="scroll second" tabIndex={0} role="region" aria-label="Money and shutdown">
          {isGone ? null : <MachineTime row={row} />}
          <BudgetPanel
            row={row}
            creditUsd={fleet.view?.creditUsd ?? null}
            fleetRateUsd={fleet.view?.burnRatePerHourUsd ?? null}
            nowMs={nowMs}
          />
          {isGone ? null : <ShutdownPanel row={row} nowMs={nowMs} />}
          {isGone ? null : <LogPanel id={item.id} />}
        </div>
        <div className="scroll third" tabIndex={0} role="region" aria-label="Timeline">
          <Timeline id={item.id} nowMs={nowMs} />
        </div>
      </div>
    </div>
  );
}
