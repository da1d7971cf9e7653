import type { ReactNode } from 'react';
import { SpendChart } from './spend-chart.tsx';
import type { Fleet } from './use-fleet.ts';

/** What the fleet has spent today against its cap. */
export function CapOfToday({ fleet, nowMs }: { readonly fleet: Fleet; readonly nowMs: number }): ReactNode {
  const { series, budget } = fleet;
  return (
    <div className="captoday">
      {series === null ? null : <SpendChart today={series.today} budget={budget} nowMs={nowMs} />}
    </div>
  );
}
