import type { ReactNode } from 'react';
import type { MachineSnapshots, SnapshotItem } from '#shared/contract/snapshots.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { formatAgo, plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { MachineMenu } from './machine-menu.tsx';
import { SnapshotTable } from './snapshot-table.tsx';
import { Timeline } from './timeline.tsx';
import { freshnessMarkOf } from './words.ts';

/** One machine: how fresh, what went wrong last, its line in time, its snapshots. */
export function MachinePart({
  name,
  machine,
  items,
  copies,
  listedAt,
  fromMs,
  nowMs,
  selectedId,
}: {
  readonly name: string;
  readonly machine: MachineSnapshots;
  readonly items: readonly SnapshotItem[];
  readonly copies: readonly MirroredSnapshot[] | null;
  /** When everything of it in the bucket was listed last; null when that never happened or was not read. */
  readonly listedAt: string | null;
  readonly fromMs: number;
  readonly nowMs: number;
  readonly selectedId: string | null;
}): ReactNode {
  const mark = freshnessMarkOf(machine);
  const { lastAttempt } = machine;
  // A held pull whose snapshot was accepted since waits for nobody.
  const isWrong =
    lastAttempt !== null &&
    (lastAttempt.outcome === 'failed' ||
      (lastAttempt.outcome === 'held' && items.some((item) => item.state === 'held')));
  return (
    <section className="snapmachine" aria-label={name} data-testid="snapshot-machine">
      <div className="snaphead">
        <h2 className="trunc">{name}</h2>
        {name === machine.instanceId ? null : <span className="src mono">{machine.instanceId}</span>}
        <span title={mark.because}>
          <StateMark shape={mark.shape} word={mark.word} />
        </span>
        <span className="src tn">
          {machine.lastGoodAt === null
            ? 'no good pull yet'
            : `last good ${formatAgo(Date.parse(machine.lastGoodAt), nowMs)}`}
          {machine.failuresInRow < 2 ? '' : `, ${plural(machine.failuresInRow, 'failure')} in a row`}
          {copies === null
            ? ', B2 not read'
            : listedAt === null
              ? ', B2 never listed in full'
              : `, B2 listed in full ${formatAgo(Date.parse(listedAt), nowMs)}`}
        </span>
        <span className="sp" />
        <MachineMenu instanceId={machine.instanceId} name={name} lastJobId={lastAttempt?.jobId ?? null} />
      </div>
      {isWrong ? (
        <p className="snapwrong">
          <StateMark
            shape={lastAttempt.outcome === 'held' ? 'warn' : 'fail'}
            word={lastAttempt.outcome === 'held' ? 'Last pull held' : 'Last pull failed'}
          />{' '}
          <span className="t2">{lastAttempt.message ?? 'The job says no reason.'}</span>{' '}
          {lastAttempt.code === null ? null : <span className="src mono">{lastAttempt.code}</span>}
        </p>
      ) : null}
      <Timeline name={name} items={items} fromMs={fromMs} toMs={nowMs} selectedId={selectedId} />
      {items.length === 0 ? (
        <p className="why snapnone">No snapshot was taken of it.</p>
      ) : (
        <SnapshotTable name={name} items={items} copies={copies} nowMs={nowMs} selectedId={selectedId} />
      )}
    </section>
  );
}
