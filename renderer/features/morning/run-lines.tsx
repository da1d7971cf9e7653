import type { ReactNode } from 'react';
import type { RunListItem } from '#shared/model/run.ts';
import { addressOf } from '../../shell/links.ts';
import { formatAge, plural } from '../../ui/format.ts';
import { Middle } from '../../ui/middle.tsx';
import { Verdict } from '../../ui/verdict.tsx';
import { Line } from './line.tsx';

/** When the run last did something, as far as anything tells. */
export function lastSignMs(run: RunListItem): number {
  return Date.parse(run.finishedAt ?? run.startedAt ?? run.lastSeenAt);
}

/** A run with its three verdicts in their order, and what it holds. */
export function RunLine({ run, nowMs }: { readonly run: RunListItem; readonly nowMs: number }): ReactNode {
  return (
    <Line
      href={addressOf.run(run.id)}
      name={<Middle text={run.name} />}
      verdicts={
        <>
          <Verdict fact={{ of: 'status', state: run.status, label: run.labels.status }} />
          <Verdict fact={{ of: 'gates', state: run.gates, label: run.labels.gates }} />
          <Verdict fact={{ of: 'provenance', state: run.provenance, label: run.labels.provenance }} />
        </>
      }
      why={[
        run.clipCount === null ? 'clips unknown' : plural(run.clipCount, 'clip'),
        run.facilityIds.length === 0 ? 'facility unknown' : run.facilityIds.join(', '),
      ].join(', ')}
      age={formatAge(lastSignMs(run), nowMs)}
    />
  );
}
