import type { ReactNode } from 'react';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { classes } from '../../ui/classes.ts';
import { formatAge, formatBytes, formatCount } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { setSnapshotView } from './snapshots-store.ts';
import { copyOf, mirrorMarkOf, noteOf, stateMarkOf } from './words.ts';

export function SnapshotTable({
  name,
  items,
  copies,
  nowMs,
  selectedId,
}: {
  readonly name: string;
  readonly items: readonly SnapshotItem[];
  readonly copies: readonly MirroredSnapshot[] | null;
  readonly nowMs: number;
  readonly selectedId: string | null;
}): ReactNode {
  return (
    <table className="snaptable tight" aria-label={`Snapshots of ${name}`}>
      <thead>
        <tr>
          <th scope="col">Snapshot, UTC</th>
          <th scope="col" className="num">
            Age
          </th>
          <th scope="col">Here</th>
          <th scope="col">In B2</th>
          <th scope="col" className="num">
            Files
          </th>
          <th scope="col" className="num">
            Size
          </th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => {
          const state = stateMarkOf(item);
          const mirror = mirrorMarkOf(copies === null ? null : copyOf(item, copies), copies !== null);
          return (
            <tr key={item.id} className={classes(item.id === selectedId && 'on')} data-testid="snapshot-row">
              <td>
                <button
                  type="button"
                  className="snappick mono"
                  aria-pressed={item.id === selectedId}
                  onClick={() => setSnapshotView({ selectedId: item.id })}
                >
                  {item.tag}
                </button>
              </td>
              <td className="num">{formatAge(Date.parse(item.takenAt), nowMs)}</td>
              <td title={state.because}>
                <StateMark shape={state.shape} word={state.word} />
              </td>
              <td title={mirror.because}>
                <StateMark shape={mirror.shape} word={mirror.word} />
              </td>
              <td className="num">{formatCount(item.fileCount)}</td>
              <td className="num nw">{formatBytes(item.totalBytes)}</td>
              <td className="t3 trunc" title={noteOf(item)}>
                {noteOf(item)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
