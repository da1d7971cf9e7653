import type { MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { GateOverride, GateResult, LaunchPlan } from '#shared/model/launch.ts';
import { priceMoves } from '#shared/rules/offer-price.ts';
import type { LaunchDeps } from './deps.ts';
import { readMarket } from './facts.ts';
import { runGates } from './gates.ts';
import { viewVariables } from './presets.ts';
import { hashPlan } from './recipe.ts';
import type { StoredPlan } from './store.ts';
import { gpuWords, usd } from './words.ts';

type ApplyInput = MethodParsedInput<'launch.apply'>;

const nothingRented = 'Nothing was rented.';
const planAgain = 'Plan the launch again.';

const plainWords = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/** @throws RoomError not_found. */
export async function loadPlan(planId: string, deps: Pick<LaunchDeps, 'database'>): Promise<StoredPlan> {
  const stored = await deps.database.read('launch.plan', { id: planId });
  if (stored !== null) return stored;
  throw new RoomError('not_found', `There is no plan ${planId} in this workspace. ${nothingRented}`, {
    hint: planAgain,
  });
}

/**
 * Whether a plan may be applied as it stands here, before anybody is asked.
 * @throws RoomError invalid_input for what was not typed or named rightly, conflict for a plan that is over.
 */
export async function checkPlan(input: ApplyInput, stored: StoredPlan, deps: LaunchDeps): Promise<void> {
  const { plan, recipe } = stored;
  if (plainWords(input.confirm) !== plainWords(plan.confirm))
    throw new RoomError(
      'invalid_input',
      `Renting has to be confirmed by typing its GPU and price, and ${JSON.stringify(input.confirm)} is not it. ${nothingRented}`,
      { hint: `Say "confirm": "${plan.confirm}".` },
    );
  const used = await deps.database.read('launch.ofPlan', { planId: plan.id });
  if (used !== null)
    throw new RoomError(
      'conflict',
      `This plan was used already (job ${used.jobId}, ${used.instanceId === null ? used.state : `machine ${used.instanceId}`}). Nothing more was rented.`,
      { hint: planAgain },
    );
  if (deps.now() >= Date.parse(plan.expiresAt))
    throw new RoomError('conflict', `This plan was good until ${plan.expiresAt}. ${nothingRented}`, {
      hint: planAgain,
    });
  if (hashPlan(plan, recipe) !== plan.hash)
    throw new RoomError('conflict', `This plan is not as it was when it was made. ${nothingRented}`, {
      hint: planAgain,
    });
  const known = new Set(plan.gates.map((it) => it.id));
  const strange = input.overrides.find((it) => !known.has(it.gate));
  if (strange !== undefined)
    throw new RoomError('invalid_input', `There is no gate "${strange.gate}" in this plan. ${nothingRented}`, {
      hint: `Its gates are: ${[...known].join(', ')}.`,
    });
}

/**
 * Reads offer, price, credit and machines anew and holds them against the plan.
 * @returns the gates as they are now
 * @throws RoomError conflict when something has moved, or when a gate holds the launch.
 */
export async function checkMarket(
  stored: StoredPlan,
  overrides: readonly GateOverride[],
  deps: LaunchDeps,
  signal: AbortSignal,
): Promise<GateResult[]> {
  const { plan, recipe } = stored;
  const wanted = {
    offerId: plan.offer.id,
    diskGb: plan.diskGb,
    kind: plan.kind,
    bidPerHourUsd: plan.bidPerHourUsd,
  };
  const market = await readMarket(wanted, deps, signal);
  if (market.offer !== null) checkMoves(plan, market.offer);
  const gates = await runGates(
    {
      moment: 'apply',
      plan,
      ...market,
      wantedCapUsd: recipe.wantedCapUsd,
      variables: await viewVariables(recipe.env, deps.secrets),
      onstartFault: recipe.onstart === null ? 'The onstart text could not be built.' : null,
    },
    deps.gates,
  );
  const named = new Set(overrides.map((it) => it.gate));
  const holding = gates.filter((it) => it.state === 'failed' && !(it.canOverride && named.has(it.id)));
  if (holding.length > 0) throw held(holding);
  return gates;
}

function checkMoves(plan: LaunchPlan, now: LaunchPlan['offer']): void {
  const moves = priceMoves(plan.offer.price, now.price);
  const isOther = now.machineId !== plan.offer.machineId || gpuWords(now) !== gpuWords(plan.offer);
  if (moves.length === 0 && !isOther) return;
  const words = [
    ...moves.map((it) => `${it.part}: ${usd(it.before)} before, ${usd(it.after)} now`),
    ...(isOther ? [`machine: ${gpuWords(plan.offer)} before, ${gpuWords(now)} now`] : []),
  ];
  throw new RoomError(
    'conflict',
    `Offer ${plan.offer.id} is not what was planned (${words.join('; ')}). ${nothingRented}`,
    {
      hint: planAgain,
      details: { reason: 'price_moved', moves },
    },
  );
}

function held(gates: readonly GateResult[]): RoomError {
  const isGone = gates.some((it) => it.id === 'offer');
  const own = gates.filter((it) => it.canOverride).map((it) => it.id);
  return new RoomError(
    'conflict',
    `The launch is held: ${gates.map((it) => `${it.title}: ${it.evidence} ${it.because}`).join(' ')} ${nothingRented}`,
    {
      hint: [
        isGone ? 'Search again and plan anew.' : 'Set it right and plan again.',
        ...(own.length === gates.length
          ? [`Or name it and say why: "overrides": [{"gate": "${own[0]}", "because": "…"}].`]
          : []),
      ].join(' '),
      details: { gates: gates.map((it) => it.id) },
    },
  );
}
