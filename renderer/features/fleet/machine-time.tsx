import { useState, type ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Sparkline } from './sparkline.tsx';
import type { FleetRow } from './use-fleet.ts';
import { utilWords } from './words.ts';

const spans = { '30': 30, '240': 240, '1440': 1440 } as const;
type Span = keyof typeof spans;

/** What the GPU did over a time of one’s choice. */
export function MachineTime({ row }: { readonly row: FleetRow }): ReactNode {
  const [span, setSpan] = useState<Span>('240');
  const minutes = spans[span];
  const series = useRoomQuery('instances.series', { minutes }, { keepPrevious: true });
  const points = series.data?.machines.find((machine) => machine.id === row.item.id)?.points ?? [];
  const untilMs = Date.parse(series.data?.until ?? row.item.lastSeenAt);
  return (
    <section className="panel wide">
      <h2>
        GPU utilisation <span className="t3 tn w4">{utilWords(row)}</span>
        <span className="sp" />
        <Segmented
          label="Time"
          size="small"
          value={span}
          onChange={setSpan}
          options={[
            { value: '30', label: '30 min' },
            { value: '240', label: '4 h' },
            { value: '1440', label: '24 h' },
          ]}
        />
      </h2>
      <div className="bigspark">
        <Sparkline
          points={points}
          sinceMs={untilMs - minutes * 60_000}
          untilMs={untilMs}
          tone={row.attention.kind === 'billed_idle' ? 'warn' : 'plain'}
        />
      </div>
      <p className="why">Hatched: not told by the provider, or nobody looked. Empty: before the first look.</p>
    </section>
  );
}
