import type { ReactNode } from 'react';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import { classes } from '../../ui/classes.ts';

/** How much of a cap is spent; a dashed line where there is no cap. The words stand beside it. */
export function CapMeter({ budget }: { readonly budget: BudgetStatus | null }): ReactNode {
  const share = budget?.shareOfCap ?? null;
  if (share === null) return <div className="capmeter none" aria-hidden="true" />;
  const isHigh = budget?.state === 'warn_80' || budget?.state === 'warn_95';
  return (
    <div className={classes('capmeter', budget?.state === 'over' ? 'over' : isHigh && 'hi')} aria-hidden="true">
      <b style={{ width: `${Math.min(100, share * 100)}%` }} />
    </div>
  );
}
