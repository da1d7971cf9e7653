import type { ReactNode } from 'react';
import type { FleetItem } from '#shared/model/fleet.ts';
import { formatMoney } from '../../ui/format.ts';
import { Unknown } from '../../ui/tag.tsx';
import { formatPerHour } from './words.ts';

/** What still costs money once the machine is stopped. */
export function StillCosts({ item }: { readonly item: FleetItem }): ReactNode {
  const rate = item.storageRatePerHourUsd;
  return (
    <>
      <dt>Still costs</dt>
      <dd>
        {rate === null ? (
          <Unknown because="the price of its disk is not told" />
        ) : (
          <span className="tn">
            {formatPerHour(rate)} for the disk, {formatMoney(rate * 24)} a day, until it is destroyed
          </span>
        )}
      </dd>
    </>
  );
}

/** What lies on the disk of the machine, as the provider says. */
export function OnDisk({ item }: { readonly item: FleetItem }): ReactNode {
  return (
    <>
      <dt>On its disk</dt>
      <dd>
        {item.diskUsedGb === null ? (
          <Unknown because="the provider does not say" />
        ) : (
          <span className="tn">
            {`${item.diskUsedGb.toFixed(1)} GB`} <span className="t3">as the provider says</span>
          </span>
        )}
      </dd>
    </>
  );
}
