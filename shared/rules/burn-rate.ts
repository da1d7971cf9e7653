import type { z } from 'zod';
import type { billedPartSchema, Instance, InstancePhase } from '../model/instance.ts';

/** Is this part billed now? `unknown` is counted as billed wherever money is counted. */
export type Billed = z.infer<typeof billedPartSchema>;

export type BurnFacts = Pick<
  Instance,
  'actualStatus' | 'gpuRatePerHourUsd' | 'runningRatePerHourUsd' | 'storageRatePerHourUsd'
> & { readonly phase: InstancePhase };

export type BurnRate = {
  readonly gpu: Billed;
  readonly storage: Billed;
  /** Dollars an hour billed now, unknown parts counted as billed; null when a rate that is needed is not known. */
  readonly ratePerHourUsd: number | null;
  /** True when a part is counted although it is not known to be billed. */
  readonly isAssumed: boolean;
  /** One sentence for people. */
  readonly because: string;
};

/**
 * What a machine costs now, without traffic. Source: the provider's billing rules by phase. The running
 * price (`dph_total`) is what the API keeps saying while a machine is stopped, so it counts only where the
 * GPU is, or may be, billed. An offline host bills nothing.
 */
export function burnRateOf(facts: BurnFacts): BurnRate {
  const { gpu, storage, because } = billedParts(facts);
  const ratePerHourUsd = rateOf(gpu !== 'no', storage !== 'no', facts);
  const isAssumed = gpu === 'unknown' || storage === 'unknown';
  const words = [
    because,
    ...(isAssumed ? ['Counted as billed, because it is not known that it is not.'] : []),
    ...(ratePerHourUsd === null ? ['Its rate is not known, so neither is what it costs.'] : []),
  ];
  return { gpu, storage, ratePerHourUsd, isAssumed, because: words.join(' ') };
}

type Parts = { readonly gpu: Billed; readonly storage: Billed; readonly because: string };
const parts = (gpu: Billed, storage: Billed, because: string): Parts => ({ gpu, storage, because });

function billedParts({ phase, actualStatus }: BurnFacts): Parts {
  const actual = (actualStatus ?? '').trim().toLowerCase();
  switch (phase) {
    case 'creating':
    case 'loading':
      return parts('no', 'yes', 'Storage is billed from creation, the GPU once the container runs.');
    case 'running':
      return parts('yes', 'yes', 'GPU and storage are billed.');
    case 'stopping':
      return parts('yes', 'yes', 'GPU and storage are billed until the stop is done.');
    case 'restarting':
      return parts('yes', 'yes', 'The GPU is held while the container restarts, and is billed.');
    case 'frozen':
      return parts('yes', 'yes', 'A frozen machine holds its GPU: GPU and storage are billed.');
    case 'stopped':
      return parts('no', 'yes', 'Storage is still billed.');
    case 'scheduling':
      return parts('no', 'yes', 'Storage is billed while it waits for the GPU.');
    case 'outbid':
      return parts('no', 'yes', 'Storage is billed; the GPU again as soon as its bid wins.');
    case 'crashed':
      return parts('unknown', 'yes', 'Storage is billed; whether the GPU is, the provider does not say.');
    case 'unreachable':
      return actual === 'offline'
        ? parts('no', 'no', 'An offline host bills nothing.')
        : parts('unknown', 'unknown', 'The provider does not know the state of the host.');
    case 'destroying':
      return actual === 'destroyed' || actual === 'terminated'
        ? parts('no', 'no', 'It is destroyed: nothing is billed.')
        : parts('unknown', 'unknown', 'It is being destroyed; until it is gone it may be billed.');
    case 'other':
      return parts('unknown', 'unknown', 'Its state is not one that this room knows.');
  }
}

function rateOf(hasGpu: boolean, hasStorage: boolean, facts: BurnFacts): number | null {
  const gpu = usable(facts.gpuRatePerHourUsd);
  const running = usable(facts.runningRatePerHourUsd);
  const storage = usable(facts.storageRatePerHourUsd) ?? difference(running, gpu);
  if (!hasGpu) return hasStorage ? storage : 0;
  // Nowhere is the GPU billed and the storage not.
  return running ?? (gpu === null || storage === null ? null : gpu + storage);
}

const usable = (rate: number | null): number | null =>
  rate !== null && Number.isFinite(rate) && rate >= 0 ? rate : null;

/** The running price is GPU plus storage. */
const difference = (total: number | null, part: number | null): number | null =>
  total === null || part === null || total < part ? null : total - part;
