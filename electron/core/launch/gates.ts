import type { RoomError } from '#shared/errors.ts';
import type { FleetView } from '#shared/model/fleet.ts';
import type { GateResult, LaunchPlan } from '#shared/model/launch.ts';
import type { VariableView } from '#shared/model/launch-preset.ts';
import type { PricedOffer } from '#shared/model/offer.ts';
import { hoursUntil, readCapFor } from '#shared/rules/budget.ts';
import { gpuWords, usd } from './words.ts';

/** What is known when a launch is planned, and read anew when it is applied. */
export type LaunchFacts = {
  readonly moment: 'plan' | 'apply';
  readonly plan: Omit<LaunchPlan, 'hash' | 'gates' | 'mayApply'>;
  /** As it is right now; null when it can not be had any more. */
  readonly offer: PricedOffer | null;
  readonly wantedCapUsd: number;
  /** The whole list, or why there is none. */
  readonly fleet: FleetView | RoomError;
  /** Null when the key may not read it. */
  readonly creditUsd: number | null;
  readonly variables: readonly VariableView[];
  /** Why the onstart text can not be built; null when it can. */
  readonly onstartFault: string | null;
};

/** One condition of a launch. It reads what it needs and never throws for what it could not read. */
export type LaunchGate = (facts: LaunchFacts) => Promise<GateResult>;

type Verdict = Pick<GateResult, 'state' | 'evidence' | 'because'>;

/** A gate that decides from the facts alone. */
function gate(id: string, title: string, canOverride: boolean, judge: (facts: LaunchFacts) => Verdict): LaunchGate {
  return async (facts) => ({ id, title, canOverride, ...judge(facts) });
}

const passed = (evidence: string, because: string): Verdict => ({ state: 'passed', evidence, because });
const failed = (evidence: string, because: string): Verdict => ({ state: 'failed', evidence, because });
const warning = (evidence: string, because: string): Verdict => ({ state: 'warning', evidence, because });
const notChecked = (evidence: string, because: string): Verdict => ({ state: 'not_checked', evidence, because });

const offerGate = gate('offer', 'The offer is there', false, ({ offer, plan }) =>
  offer === null
    ? failed(`Offer ${plan.offer.id} is not on the market.`, 'Somebody has it, or it was withdrawn. Search again.')
    : passed(`Offer ${offer.id}: ${gpuWords(offer)}, host ${offer.hostId ?? 'unknown'}.`, 'It can be rented now.'),
);

const priceGate = gate('price', 'The price is known', false, ({ plan }) => {
  const { gpuPerHourUsd, storagePerHourUsd, totalPerHourUsd } = plan.offer.price;
  const evidence = `GPU ${usd(gpuPerHourUsd)}, storage ${usd(storagePerHourUsd)} an hour.`;
  return totalPerHourUsd !== null && totalPerHourUsd > 0
    ? passed(evidence, `${usd(totalPerHourUsd)} an hour while it runs.`)
    : failed(evidence, 'Without a rate nothing can be held against a budget.');
});

const bidGate = gate('bid', 'The bid wins', false, ({ plan, offer }) => {
  const { bidPerHourUsd } = plan;
  if (bidPerHourUsd === null) return passed('On demand.', 'Nobody can outbid it.');
  const least = (offer ?? plan.offer).minBidPerHourUsd;
  const evidence = `Bid ${usd(bidPerHourUsd)} an hour, least ${usd(least)}.`;
  if (least === null)
    return notChecked(evidence, 'A bid that is too low makes a stopped machine that costs its storage.');
  if (bidPerHourUsd < least)
    return failed(evidence, 'A bid that is too low makes a stopped machine that costs its storage.');
  return warning(evidence, 'It is stopped whenever somebody pays more, and starts again by itself.');
});

const diskGate = gate('disk', 'The disk fits', false, ({ plan }) => {
  const { diskAvailableGb } = plan.offer;
  const evidence = `${plan.diskGb} GB asked, ${diskAvailableGb ?? 'unknown'} GB there.`;
  if (diskAvailableGb === null) return notChecked(evidence, 'The provider does not say how much there is.');
  return diskAvailableGb >= plan.diskGb
    ? passed(evidence, 'The size is fixed for the life of the machine.')
    : failed(evidence, 'The host has less than the preset asks for.');
});

const rentalGate = gate('rental_time', 'The host stays long enough', true, ({ plan }) => {
  const { hoursLeft } = plan.offer;
  const evidence = `${hoursLeft === null ? 'Unknown' : `${Math.floor(hoursLeft)} h`} left, ${plan.maxRunHours} h at most.`;
  if (hoursLeft === null) return notChecked(evidence, 'The provider does not say how long it can be rented.');
  return hoursLeft >= plan.maxRunHours
    ? passed(evidence, 'The contract outlasts the run.')
    : failed(evidence, 'The provider stops it when the contract ends, and may delete its data 48 hours later.');
});

const capGate = gate('cap', 'The cap can be kept', false, ({ plan, wantedCapUsd }) => {
  const answer = readCapFor(wantedCapUsd, plan.offer.price.totalPerHourUsd);
  if (!answer.ok) return failed(String(wantedCapUsd), answer.because);
  if (answer.cap.kind === 'off') return warning(answer.words, 'Only its stop time and its guards end the costs.');
  const hours = hoursUntil(answer.cap.usd, plan.offer.price.totalPerHourUsd);
  const evidence = `${answer.words}, reached after ${hours?.toFixed(1) ?? 'unknown'} h.`;
  return hours !== null && hours < plan.maxRunHours
    ? warning(evidence, `That is before its ${plan.maxRunHours} h are over.`)
    : passed(evidence, 'The run is over before.');
});

const creditGate = gate('credit', 'The credit lasts', true, ({ plan, creditUsd, fleet }) => {
  const { untilStopUsd } = plan.cost;
  if (creditUsd === null) return notChecked('The key may not read the credit.', 'Whether it lasts is not known.');
  const evidence = `Credit ${usd(creditUsd)}, the run ${usd(untilStopUsd)}.`;
  if (untilStopUsd === null) return notChecked(evidence, 'What the run costs is not known.');
  if (creditUsd <= untilStopUsd)
    return failed(evidence, 'Without credit every machine of the account is stopped, and its data may be deleted.');
  const others = 'items' in fleet ? fleet.burnRatePerHourUsd : null;
  if (others === null) return warning(evidence, 'What the other machines cost meanwhile is not known.');
  const together = untilStopUsd + others * plan.maxRunHours;
  return together >= creditUsd
    ? warning(`${evidence} All machines until then ${usd(together)}.`, 'With the other machines it does not last.')
    : passed(`${evidence} All machines until then ${usd(together)}.`, 'It lasts for all of them.');
});

const fleetGate = gate('fleet_seen', 'The machines of the account are seen', false, ({ fleet }) => {
  if (!('items' in fleet))
    return failed(fleet.message, 'A machine that is made could not be seen, and a lost answer not be settled.');
  if (fleet.stale)
    return failed(
      fleet.staleBecause ?? 'The list is old.',
      'A machine that is made could not be seen, and a lost answer not be settled.',
    );
  return passed(`${fleet.items.length} machines, read at ${fleet.observedAt}.`, 'The list is whole.');
});

const strangersGate = gate('strangers', 'Every billed machine is somebody’s', true, ({ fleet }) => {
  if (!('items' in fleet)) return notChecked('There is no list.', 'Whose the machines are is not known.');
  const strangers = fleet.items.filter((it) => it.alerts.some((alert) => alert.code === 'ownership_unknown'));
  return strangers.length === 0
    ? passed('None without an owner.', 'Nothing bills here unnoticed.')
    : warning(
        strangers.map((it) => `Machine ${it.id}, ${usd(it.burnRatePerHourUsd)} an hour`).join('; '),
        'Nobody here knows whose they are: one may be a launch that was forgotten.',
      );
});

const secretsGate = gate('secrets', 'The secrets are set', true, ({ variables }) => {
  const named = variables.filter((it) => it.secret !== null);
  const missing = named.filter((it) => it.isSecretSet !== true);
  const needed = missing.filter((it) => !it.isOptional);
  const list = (items: readonly VariableView[]): string => items.map((it) => it.secret).join(', ');
  if (needed.length > 0) return failed(`Not set: ${list(needed)}.`, 'The variables would be missing on the machine.');
  if (missing.length > 0) return warning(`Not set: ${list(missing)}.`, 'They are optional and are left out.');
  return passed(
    named.length === 0 ? 'None is needed.' : `Set: ${list(named)}.`,
    'Their values go to the provider alone.',
  );
});

const leaseGate = gate('lease', 'The machine can stop itself', false, ({ plan, onstartFault }) =>
  onstartFault === null
    ? passed(
        `The onstart text has ${plan.onstart.characters} of ${plan.onstart.maxCharacters} characters.`,
        'The lease daemon is in it.',
      )
    : failed(onstartFault, 'Without the lease nothing stops the machine when this room is away.'),
);

/** The gates of every launch, in the order in which they are shown. */
export const ownGates: readonly LaunchGate[] = [
  offerGate,
  priceGate,
  bidGate,
  diskGate,
  rentalGate,
  capGate,
  creditGate,
  fleetGate,
  strangersGate,
  secretsGate,
  leaseGate,
];

/** All gates; one that fails by itself is not checked, and says why. */
export function runGates(facts: LaunchFacts, more: readonly LaunchGate[]): Promise<GateResult[]> {
  return Promise.all([...ownGates, ...more].map((it) => it(facts)));
}

export const isHeld = (gates: readonly GateResult[]): boolean =>
  gates.some((it) => it.state === 'failed' && !it.canOverride);
