import { RoomError } from '#shared/errors.ts';
import type { FleetView } from '#shared/model/fleet.ts';
import type { PricedOffer } from '#shared/model/offer.ts';
import type { CallOptions } from '../instances/vast-send.ts';
import type { LaunchDeps } from './deps.ts';
import { pricedOffer, readOffer } from './search-offers.ts';

type MarketDeps = Pick<LaunchDeps, 'fleet' | 'now'>;

type Wanted = {
  readonly offerId: string;
  readonly diskGb: number;
  readonly kind: PricedOffer['kind'];
  readonly bidPerHourUsd: number | null;
};

export type MarketFacts = {
  readonly offer: PricedOffer | null;
  readonly creditUsd: number | null;
  readonly fleet: FleetView | RoomError;
};

/** Credit that came with the list of machines counts for as long. */
const creditFreshMs = 10_000;

/** The credit; null when the key may not read it. */
async function readCredit(view: FleetView | RoomError, deps: MarketDeps, options: CallOptions): Promise<number | null> {
  const isFresh = 'items' in view && view.creditAt !== null && deps.now() - Date.parse(view.creditAt) < creditFreshMs;
  if (isFresh) return view.creditUsd;
  try {
    return (await deps.fleet.client.readAccount(options)).creditUsd;
  } catch (thrown) {
    if (thrown instanceof RoomError && thrown.details?.['httpStatus'] === 403) return null;
    throw thrown;
  }
}

async function readFleet({ fleet }: MarketDeps, options: CallOptions): Promise<FleetView | RoomError> {
  try {
    // A failure is kept by the fleet, and told by its view.
    await fleet.refresh(options).catch(() => undefined);
    return await fleet.view();
  } catch (thrown) {
    if (thrown instanceof RoomError) return thrown;
    throw thrown;
  }
}

/**
 * Offer, credit and machines as they are right now. @throws RoomError when offer or credit can not be read;
 * a list of machines that can not be read is a fact of its own.
 */
export async function readMarket(wanted: Wanted, deps: MarketDeps, signal?: AbortSignal): Promise<MarketFacts> {
  const options: CallOptions = { priority: 'user', attempts: 2, ...(signal === undefined ? {} : { signal }) };
  const [offer, seen] = await Promise.all([
    readOffer(wanted.offerId, wanted.kind, wanted.diskGb, deps.fleet.client, signal),
    readFleet(deps, options).then(async (fleet) => ({ fleet, creditUsd: await readCredit(fleet, deps, options) })),
  ]);
  return {
    offer: offer === null ? null : pricedOffer(offer, wanted.kind, wanted.diskGb, wanted.bidPerHourUsd ?? undefined),
    ...seen,
  };
}
