import { RefreshCw } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo, formatMoment, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Tag } from '../../ui/tag.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { BurnSummary } from './burn-bar.tsx';
import { CapOfToday } from './cap-of-today.tsx';
import { copySsh } from './copy-ssh.ts';
import { inOrder, selectMachine, setFleetOrder, useFleetView } from './fleet-store.ts';
import { FleetInspector } from './inspector.tsx';
import { MachineStrip } from './machine-strip.tsx';
import { NextHours } from './next-hours.tsx';
import { openFleetSheet } from './sheet-store.ts';
import { sparkMinutes, useFleet, type Fleet, type FleetRow } from './use-fleet.ts';
import { billsGpu } from './words.ts';
import './fleet.css';

const optionId = (id: string): string => `machine-${id}`;

/** `5 rented: 3 billed for GPU, 2 for disk only`. */
function countWords(rows: readonly FleetRow[]): string {
  const gpu = rows.filter(({ item }) => billsGpu(item)).length;
  const disk = rows.filter(({ item }) => !billsGpu(item) && (item.burnRatePerHourUsd ?? 0) > 0).length;
  const free = rows.length - gpu - disk;
  const parts = [`${gpu} billed for GPU`, `${disk} for disk only`, ...(free > 0 ? [`${free} not billed`] : [])];
  return `${rows.length} listed: ${parts.join(', ')}`;
}

function StaleWords({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const { view } = fleet;
  if (view === null || !view.stale) return null;
  return (
    <span className="row s11 stale" role="status">
      <StateMark
        shape="unknown"
        word={`Last known ${formatMoment(view.observedAt, nowMs)}, ${formatAgo(Date.parse(view.observedAt), nowMs)}`}
      />
    </span>
  );
}

function Evidence({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const record = useRoomQuery('instances.record', { limit: 1 });
  const { view } = fleet;
  if (view === null) return null;
  const age = formatAgo(Date.parse(view.observedAt), nowMs);
  const gone = record.data?.totalCount;
  return (
    <div className="evidenceline t3 s11 tn">
      {view.stale
        ? `Unknown since ${formatMoment(view.observedAt, nowMs)}. Last complete list: `
        : 'API list complete: '}
      {`${plural(view.items.length, 'row')}, ${age}. `}
      {gone === undefined ? '' : `${plural(gone, 'destroyed machine')} on record.`}
      {view.stale ? <span title={view.staleBecause ?? undefined}> {view.staleBecause}</span> : null}
    </div>
  );
}

function useFleetCommands(rows: readonly FleetRow[], selected: FleetRow | null, readAgain: () => void): void {
  const [, navigate] = useLocation();
  const { call } = useRoom();
  const move = (step: 1 | -1): void => {
    const index = rows.findIndex((row) => row === selected);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index + step))];
    if (next === undefined) return;
    selectMachine(next.item.id);
    document.getElementById(optionId(next.item.id))?.scrollIntoView({ block: 'nearest' });
  };
  const on = (run: (row: FleetRow) => void) => (): void => {
    if (selected !== null) run(selected);
  };
  useCommands('Fleet', [
    {
      id: 'next',
      title: 'Next machine',
      keyCaps: ['↑', '↓'],
      bindings: ['ArrowDown'],
      footer: 'select',
      inPalette: false,
      run: () => move(1),
    },
    { id: 'previous', title: 'Previous machine', bindings: ['ArrowUp'], inPalette: false, run: () => move(-1) },
    {
      id: 'open',
      title: 'Open the machine',
      keyCaps: ['⏎'],
      footer: 'open machine',
      run: on(({ item }) => navigate(addressOf.machine(item.id))),
    },
    {
      id: 'stop',
      title: 'Stop the machine…',
      keyCaps: ['X'],
      bindings: ['x'],
      footer: 'stop',
      run: on(({ item }) => openFleetSheet('stop', item.id)),
    },
    {
      id: 'ssh',
      title: 'Copy the ssh command',
      keyCaps: ['T'],
      bindings: ['t'],
      footer: 'ssh command',
      run: on(({ item }) => void copySsh(item, call)),
    },
    { id: 'start', title: 'Start the machine…', run: on(({ item }) => openFleetSheet('start', item.id)) },
    { id: 'reboot', title: 'Reboot the machine…', run: on(({ item }) => openFleetSheet('reboot', item.id)) },
    { id: 'label', title: 'Label the machine…', run: on(({ item }) => openFleetSheet('label', item.id)) },
    {
      id: 'owner',
      title: 'Say whose machine it is…',
      keywords: ['adopt', 'known', 'ours'],
      run: on(({ item }) => openFleetSheet('owner', item.id)),
    },
    { id: 'destroy', title: 'Destroy the machine…', run: on(({ item }) => openFleetSheet('destroy', item.id)) },
    {
      id: 'cap',
      title: 'Set the cap of the machine…',
      keywords: ['budget'],
      run: on(({ item }) => openFleetSheet('cap', item.id)),
    },
    {
      id: 'fleet-cap',
      title: 'Set the cap of the fleet for a day…',
      keywords: ['budget'],
      run: () => openFleetSheet('cap', null),
    },
    {
      id: 'again',
      title: 'Read the machines again',
      keyCaps: ['R'],
      bindings: ['r'],
      footer: 'read again',
      run: readAgain,
    },
    {
      id: 'stop-all',
      title: 'Stop everything that is armed…',
      run: () => openFleetSheet('stop_all', null),
    },
    {
      id: 'arm',
      title: 'Arm the guard of the machine…',
      run: on(({ item }) => openFleetSheet('arm', item.id)),
    },
    { id: 'by-attention', title: 'Machines by attention', run: () => setFleetOrder('attention') },
    { id: 'by-burn', title: 'Machines by burn', run: () => setFleetOrder('burn') },
    { id: 'by-name', title: 'Machines by name', run: () => setFleetOrder('name') },
  ]);
}

function Strips({
  rows,
  selected,
  fleet,
  nowMs,
}: {
  readonly rows: readonly FleetRow[];
  readonly selected: FleetRow | null;
  readonly fleet: Fleet;
  readonly nowMs: number;
}): ReactNode {
  const [, navigate] = useLocation();
  const listRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Keys start in the list, unless a person is somewhere already.
    if (document.activeElement === document.body || document.activeElement?.id === 'main')
      listRef.current?.focus({ preventScroll: true });
  }, []);
  const untilMs = Date.parse(fleet.series?.until ?? fleet.view?.observedAt ?? new Date(nowMs).toISOString());
  const span = { untilMs, sinceMs: untilMs - sparkMinutes * 60_000 };
  return (
    <div
      ref={listRef}
      className="strips"
      role="listbox"
      aria-label="Machines"
      tabIndex={0}
      aria-activedescendant={selected === null ? undefined : optionId(selected.item.id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || selected === null) return;
        event.preventDefault();
        navigate(addressOf.machine(selected.item.id));
      }}
    >
      {rows.map((row) => (
        <MachineStrip
          key={row.item.id}
          id={optionId(row.item.id)}
          row={row}
          isSelected={row === selected}
          span={span}
          nowMs={nowMs}
          onSelect={() => selectMachine(row.item.id)}
          onOpen={() => navigate(addressOf.machine(row.item.id))}
        />
      ))}
    </div>
  );
}

function Nothing({
  fleet,
  nowMs,
  readAgain,
}: {
  readonly fleet: Fleet;
  readonly nowMs: number;
  readonly readAgain: () => void;
}): ReactNode {
  const again = <Button onClick={readAgain}>Read again</Button>;
  if (fleet.view !== null)
    return (
      <EmptyState lead="No machine is rented on this account." actions={again}>
        {`API list complete: 0 machines, ${formatAgo(Date.parse(fleet.view.observedAt), nowMs)}.`}
      </EmptyState>
    );
  if (fleet.error === null) return <Reading what="Reading the machines" />;
  const isKeyless = fleet.error.code === 'key_missing';
  return (
    <ErrorState
      title={isKeyless ? 'No Vast key: no machine can be seen' : 'The machines are not known'}
      error={fleet.error}
      actions={again}
    />
  );
}

/** Every rented machine: what it does, what it costs, and what needs a person first. */
export function FleetScreen(): ReactNode {
  useScreenTitle('Fleet');
  const nowMs = useNow();
  const fleet = useFleet();
  const { call } = useRoom();
  const { order, selectedId } = useFleetView();
  const [isReading, setIsReading] = useState(false);
  const rows = inOrder(fleet.rows, order);
  const selected = rows.find(({ item }) => item.id === selectedId) ?? rows[0] ?? null;
  const readAgain = (): void => {
    setIsReading(true);
    call('instances.list', { again: true })
      .catch((thrown: unknown) => showError('The machines could not be read', thrown))
      .finally(() => setIsReading(false));
  };
  useFleetCommands(rows, selected, readAgain);
  const { view } = fleet;
  return (
    <div className="screen fleet" data-stale={view?.stale === true ? 'true' : undefined}>
      <div className="bar">
        <h1>Fleet</h1>
        <span className="t3 tn">{view === null ? '' : countWords(rows)}</span>
        {view?.source === 'simulated' ? (
          <Tag tone="sim" title="No machine exists and nothing is billed">
            simulated
          </Tag>
        ) : null}
        {view?.address == null || view.source === 'simulated' ? null : (
          <Tag tone="warn" title="VAST_URL names another address than the provider’s own">
            {view.address}
          </Tag>
        )}
        <StaleWords fleet={fleet} nowMs={nowMs} />
        <span className="sp" />
        <Segmented
          label="Order"
          value={order}
          onChange={setFleetOrder}
          options={[
            { value: 'attention', label: 'By attention' },
            { value: 'burn', label: 'By burn' },
            { value: 'name', label: 'By name' },
          ]}
        />
        <Button
          disabled={view === null}
          title="What the whole fleet may cost in a day (UTC)"
          onClick={() => openFleetSheet('cap', null)}
        >
          {fleet.budget === null || fleet.budget.capUsd !== null ? 'Fleet cap…' : 'Fleet cap OFF…'}
        </Button>
        <Button kind="danger" disabled={rows.length === 0} onClick={() => openFleetSheet('stop_all', null)}>
          Stop everything…
        </Button>
        <Button disabled={isReading} title="Ask the API for the whole list now (R)" onClick={readAgain}>
          <RefreshCw className="icon" aria-hidden="true" />
          Read again
        </Button>
      </div>
      {rows.length === 0 || view === null ? (
        <Nothing fleet={fleet} nowMs={nowMs} readAgain={readAgain} />
      ) : (
        <div className="fleetsplit">
          <div className="col left">
            <div className="sum">
              <BurnSummary fleet={fleet} nowMs={nowMs} />
              <CapOfToday fleet={fleet} nowMs={nowMs} />
            </div>
            <div className="scroll machines" tabIndex={-1}>
              <div className="g gh" aria-hidden="true">
                <span>State</span>
                <span>Machine</span>
                <span>GPU, last 30 min</span>
                <span className="right">Burn $/h</span>
                <span>Spent of cap</span>
                <span>Last good snapshot</span>
                <span>Auto-shutdown</span>
              </div>
              <Strips rows={rows} selected={selected} fleet={fleet} nowMs={nowMs} />
              <NextHours rows={rows} nowMs={nowMs} />
            </div>
            <Evidence fleet={fleet} nowMs={nowMs} />
          </div>
          {selected === null ? null : (
            <FleetInspector key={selected.item.id} row={selected} observedAt={view.observedAt} nowMs={nowMs} />
          )}
        </div>
      )}
    </div>
  );
}
