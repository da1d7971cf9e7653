import { Plus, RefreshCw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
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
import { inOrder, setFleetOrder, useFleetView } from './fleet-store.ts';
import { FleetInspector } from './inspector.tsx';
import { NextHours } from './next-hours.tsx';
import { openFleetSheet } from './sheet-store.ts';
import { Strips } from './strips.tsx';
import { useFleetCommands } from './use-fleet-commands.ts';
import { useFleet, type Fleet, type FleetRow } from './use-fleet.ts';
import { billsGpu, staleReason } from './words.ts';
import './fleet.css';

/** `5 rented: 3 billed for GPU, 2 for disk only`. */
function countWords(rows: readonly FleetRow[]): string {
  const gpu = rows.filter(({ item }) => billsGpu(item)).length;
  const disk = rows.filter(({ item }) => !billsGpu(item) && (item.burnRatePerHourUsd ?? 0) > 0).length;
  const free = rows.length - gpu - disk;
  const parts = [`${gpu} bill GPU`, `${disk} disk only`, ...(free > 0 ? [`${free} nothing`] : [])];
  return rows.length === 0 ? '' : `${rows.length} listed: ${parts.join(', ')}`;
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
      {view.stale ? (
        <span className="trunc" title={view.staleBecause ?? undefined}>
          {staleReason(view)}
        </span>
      ) : null}
    </div>
  );
}

function LaunchButton(): ReactNode {
  const [, navigate] = useLocation();
  return (
    <Button kind="primary" aria-label="Launch a machine" onClick={() => navigate(addressOf.launch)}>
      <Plus className="icon" aria-hidden="true" />
      <span className="word">Launch a machine</span>
    </Button>
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
  if (fleet.view?.stale === true)
    return (
      <EmptyState
        lead={`No machine was rented at ${formatMoment(fleet.view.observedAt, nowMs)}. Unknown since.`}
        actions={again}
      >
        {`Last complete list: 0 machines, ${formatAgo(Date.parse(fleet.view.observedAt), nowMs)}. `}
        {staleReason(fleet.view)}
      </EmptyState>
    );
  if (fleet.view !== null)
    return (
      <EmptyState
        lead="No machine is rented on this account."
        actions={
          <>
            <LaunchButton />
            {again}
          </>
        }
      >
        {`API list complete: 0 machines, ${formatAgo(Date.parse(fleet.view.observedAt), nowMs)}. A machine that is rented, here or elsewhere, appears within seconds, with what it costs.`}
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
        <span className="t3 tn trunc">{view === null ? '' : countWords(rows)}</span>
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
        {rows.length === 0 ? null : (
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
        )}
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
        <Button
          disabled={isReading}
          aria-label="Read again"
          title="Ask the API for the whole list now (R)"
          onClick={readAgain}
        >
          <RefreshCw className="icon" aria-hidden="true" />
          <span className="word">Read again</span>
        </Button>
        <LaunchButton />
      </div>
      {rows.length > 0 && !fleet.isWhole ? (
        <Reading what="Reading the machines" />
      ) : rows.length === 0 || view === null ? (
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
