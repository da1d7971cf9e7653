import type { ReactNode } from 'react';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import { classes } from '../../ui/classes.ts';
import { formatMoment, plural } from '../../ui/format.ts';
import { setSnapshotView } from './snapshots-store.ts';
import { noteOf, placeOf, stateMarkOf } from './words.ts';

const lines = [0, 25, 50, 75, 100] as const;

/** The snapshots of one machine along the time; where it was last found unchanged is a dot. */
export function Timeline({
  name,
  items,
  fromMs,
  toMs,
  selectedId,
}: {
  readonly name: string;
  readonly items: readonly SnapshotItem[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly selectedId: string | null;
}): ReactNode {
  const shown = items.filter((item) => placeOf(item.takenAt, fromMs, toMs) !== null);
  return (
    <div className="snapline" role="group" aria-label={`${name}, ${plural(shown.length, 'snapshot')} in this span`}>
      {lines.map((line) => (
        <i key={line} className="snapgrid" style={{ left: `${line}%` }} />
      ))}
      {items.map((item) => {
        const place = item.unchangedAt === null ? null : placeOf(item.unchangedAt, fromMs, toMs);
        return place === null ? null : <i key={item.id} className="snapsame" style={{ left: `${place}%` }} />;
      })}
      {shown.map((item) => {
        const mark = stateMarkOf(item);
        const note = noteOf(item);
        const words = `${formatMoment(item.takenAt, toMs)}, ${mark.word}${note === '' ? '' : `, ${note}`}`;
        return (
          <button
            key={item.id}
            type="button"
            tabIndex={-1}
            aria-label={words}
            title={words}
            className={classes(
              'snaptick',
              item.carriedCount > 0 && mark.shape === 'ok' ? 'carried' : mark.shape,
              item.id === selectedId && 'on',
            )}
            style={{ left: `${placeOf(item.takenAt, fromMs, toMs) ?? 0}%` }}
            onClick={() => setSnapshotView({ selectedId: item.id })}
          />
        );
      })}
    </div>
  );
}

/** The times under the lines, in UTC. */
export function TimeAxis({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): ReactNode {
  return (
    <div className="snapaxis tn" aria-hidden="true">
      {lines.map((line) => (
        <span key={line} style={{ left: `${line}%` }}>
          {line === 100 ? 'now' : formatMoment(new Date(fromMs + ((toMs - fromMs) * line) / 100).toISOString(), toMs)}
        </span>
      ))}
    </div>
  );
}
