import type { ReactNode } from 'react';
import type { MethodOutput } from '#shared/contract/index.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { EmptyState } from '../../ui/notices.tsx';
import type { FilterDraft } from './filters.ts';

/** What takes a filter of the search out of the draft; null for one that the draft does not have. */
const withoutFilter: Readonly<Record<string, Partial<FilterDraft>>> = {
  gpuNames: { gpuNames: [] },
  gpuCount: { gpuCount: '' },
  maxPricePerHourUsd: { maxPricePerHourUsd: '' },
  minReliability: { minReliabilityPercent: '' },
  countries: { countries: '' },
  minDownloadMbitPerSecond: { minDownloadMbitPerSecond: '' },
  minDurationHours: { minDurationHours: '' },
  verifiedOnly: { verifiedOnly: false },
};

/** A complete search without offers: which filter keeps them away, and how many. */
export function NoOffers({
  words,
  without,
  onLeaveOut,
}: {
  readonly words: string;
  readonly without: MethodOutput<'offers.search'>['without'];
  readonly onLeaveOut: (change: Partial<FilterDraft>) => void;
}): ReactNode {
  return (
    <EmptyState
      lead="No offer fits right now"
      actions={without?.map(({ filter, words: name, offerCount }) => {
        const change = withoutFilter[filter];
        return change === undefined ? null : (
          <Button key={filter} onClick={() => onLeaveOut(change)}>
            Leave out {name}: {plural(offerCount, 'offer')}
          </Button>
        );
      })}
    >
      {words}
    </EmptyState>
  );
}
