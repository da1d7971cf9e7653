import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { nameOf, useFleet } from '../fleet/index.ts';
import { AcceptSheet } from './accept-sheet.tsx';
import { BucketOnly } from './bucket-only.tsx';
import { MachinePart } from './machine-part.tsx';
import { ProgressPart } from './progress-part.tsx';
import { RepairSheet } from './repair-sheet.tsx';
import { RestoreSheet } from './restore-sheet.tsx';
import { OldCopies } from './old-copies.tsx';
import { RetentionSheet } from './retention-sheet.tsx';
import { SnapshotDetail } from './snapshot-detail.tsx';
import { setSnapshotView, spans, useSnapshotView, type Span } from './snapshots-store.ts';
import { TimeAxis } from './timeline.tsx';
import { useStart } from './use-start.ts';
import { byMachine, copyOf, stateMarkOf } from './words.ts';
import './snapshots.css';

const pageItems = 500;
const mostItems = 1000;
const spanOptions = (Object.keys(spans) as Span[]).map((value) => ({ value, label: value }));

export function SnapshotsScreen(): ReactNode {
  useScreenTitle('Snapshots');
  const [limit, setLimit] = useState(pageItems);
  const list = useRoomQuery('snapshots.list', { limit }, { keepPrevious: true });
  const mirror = useRoomQuery('mirror.list', {});
  const { view: fleet } = useFleet();
  const view = useSnapshotView();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow(10_000);
  const { start } = useStart();

  const items = list.data?.items ?? [];
  const machines = byMachine(list.data?.machines ?? [], items);
  const rows = machines.flatMap((each) => each.items);
  const selected = rows.find((item) => item.id === view.selectedId) ?? rows[0] ?? null;
  const copies = mirror.data?.items ?? null;
  const bucketOnly = (mirror.data?.items ?? []).filter((copy) => !copy.isHere);
  const fromMs = nowMs - spans[view.span];
  const nameById = (id: string): string => {
    const machine = fleet?.items.find((item) => item.id === id);
    return machine === undefined ? id : nameOf(machine);
  };
  const move = (step: number): void => {
    const index = rows.findIndex((item) => item.id === selected?.id);
    const next = rows[index + step];
    if (next !== undefined) setSnapshotView({ selectedId: next.id });
  };
  useCommands('Snapshots', [
    {
      id: 'down',
      title: 'Next snapshot',
      keyCaps: ['↓'],
      bindings: ['ArrowDown'],
      inPalette: false,
      run: () => move(1),
    },
    {
      id: 'up',
      title: 'Previous snapshot',
      keyCaps: ['↑'],
      bindings: ['ArrowUp'],
      inPalette: false,
      run: () => move(-1),
    },
    {
      id: 'verify',
      title: 'Verify the snapshot',
      keyCaps: ['V'],
      bindings: ['v'],
      footer: 'verify',
      run: () => {
        if (selected !== null && !isCut) start('snapshots.verify', { id: selected.id }, `Verifying ${selected.tag}`);
      },
    },
    {
      id: 'restore',
      title: 'Restore the snapshot…',
      keyCaps: ['R'],
      bindings: ['r'],
      footer: 'restore',
      run: () => {
        if (selected !== null && !isCut) setSnapshotView({ sheet: { kind: 'restore', snapshotId: selected.id } });
      },
    },
    {
      id: 'accept',
      title: 'Accept the held snapshot…',
      keyCaps: ['A'],
      bindings: ['a'],
      run: () => {
        const held = selected?.state === 'held' ? selected : rows.find((item) => item.state === 'held');
        if (held === undefined || isCut) return;
        setSnapshotView({ selectedId: held.id, sheet: { kind: 'accept', snapshotId: held.id } });
      },
    },
    {
      id: 'mirror',
      title: 'Mirror the snapshot to B2',
      keyCaps: ['B'],
      bindings: ['b'],
      footer: 'mirror',
      run: () => {
        if (selected?.verified === true && !isCut)
          start('mirror.push', { snapshotId: selected.id }, `Mirroring ${selected.tag}`);
      },
    },
  ]);

  const { sheet } = view;
  const sheetItem = sheet === null || sheet.kind === 'retention' ? null : rows.find((it) => it.id === sheet.snapshotId);
  const lastJobOf = (instanceId: string): string | null =>
    machines.find((each) => each.machine.instanceId === instanceId)?.machine.lastAttempt?.jobId ?? null;
  const heldCount = rows.filter((item) => stateMarkOf(item).word === 'Held').length;
  const isTold = list.data !== undefined;
  const isEmpty =
    isTold && machines.length === 0 && (copies !== null || mirror.error !== null) && bucketOnly.length === 0;
  return (
    <div className="screen">
      <div className="bar">
        <h1>Snapshots</h1>
        <span className="t3 tn trunc">
          {list.data === undefined
            ? ''
            : `${plural(list.data.totalCount, 'snapshot')} of ${plural(machines.length, 'machine')}${list.data.totalCount > items.length ? `, the newest ${items.length} shown` : ''}`}
        </span>
        {heldCount === 0 ? null : <StateMark shape="warn" word={`${heldCount} held`} />}
        <StaleNote error={isTold ? list.error : null} readAtMs={list.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        <Segmented
          label="Span of the lines"
          size="small"
          options={spanOptions}
          value={view.span}
          onChange={(span) => setSnapshotView({ span })}
        />
      </div>
      {mirror.error === null ? null : (
        <ErrorState
          inline
          title="What is in B2 is unknown"
          error={mirror.error}
          actions={<Button onClick={() => void mirror.refetch()}>Read again</Button>}
        />
      )}
      {!isTold ? (
        list.error === null ? (
          <Reading what="Reading snapshots" />
        ) : (
          <ErrorState
            title="Snapshots could not be read"
            error={list.error}
            actions={<Button onClick={() => void list.refetch()}>Read again</Button>}
          />
        )
      ) : isEmpty ? (
        <>
          <EmptyState
            lead="No machine was pulled yet."
            actions={
              <Link className="btn" href={addressOf.fleet}>
                Open Fleet
              </Link>
            }
          >
            Choose a running machine on Fleet and press S: what is new on it is copied here and compared with it.
          </EmptyState>
          <div className="insp">
            <ProgressPart />
          </div>
        </>
      ) : (
        <div className="snapsplit">
          <div className="scroll snaplines" tabIndex={0} role="region" aria-label="Snapshots of machines">
            <TimeAxis fromMs={fromMs} toMs={nowMs} />
            {machines.map(({ machine, items: own }) => (
              <MachinePart
                key={machine.instanceId}
                name={nameById(machine.instanceId)}
                machine={machine}
                items={own}
                copies={copies}
                listedAt={
                  mirror.data?.listings.find((listing) => listing.instanceId === machine.instanceId)?.listedAt ?? null
                }
                fromMs={fromMs}
                nowMs={nowMs}
                selectedId={selected?.id ?? null}
              />
            ))}
            {list.data.totalCount > items.length && limit < mostItems ? (
              <Button disabled={list.isFetching} onClick={() => setLimit(mostItems)}>
                Show older
              </Button>
            ) : null}
            <BucketOnly copies={bucketOnly} />
            <OldCopies />
          </div>
          <aside className="insp scroll" tabIndex={0} aria-label="The chosen snapshot">
            <ProgressPart />
            {selected === null ? null : (
              <SnapshotDetail
                key={selected.id}
                item={selected}
                copy={copies === null ? null : copyOf(selected, copies)}
                isMirrorRead={copies !== null}
                lastJobId={lastJobOf(selected.instanceId)}
                nowMs={nowMs}
              />
            )}
          </aside>
        </div>
      )}
      {sheet?.kind === 'retention' ? <RetentionSheet instanceId={sheet.instanceId} /> : null}
      {sheetItem === null || sheetItem === undefined ? null : sheet?.kind === 'accept' ? (
        <AcceptSheet item={sheetItem} />
      ) : sheet?.kind === 'restore' ? (
        <RestoreSheet item={sheetItem} lastJobId={lastJobOf(sheetItem.instanceId)} />
      ) : (
        <RepairSheet item={sheetItem} copy={copies === null ? null : copyOf(sheetItem, copies)} />
      )}
    </div>
  );
}
