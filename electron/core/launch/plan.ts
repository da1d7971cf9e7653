import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { LaunchGuard, LaunchPlan } from '#shared/model/launch.ts';
import type { LaunchPreset } from '#shared/model/launch-preset.ts';
import type { Offer, PricedOffer } from '#shared/model/offer.ts';
import { readCapFor } from '#shared/rules/budget.ts';
import { base32, newId } from '../ids.ts';
import { buildOnstart, longestOnstart } from '../remote/onstart.ts';
import type { LaunchDeps } from './deps.ts';
import { readMarket } from './facts.ts';
import { isHeld, runGates, type LaunchFacts } from './gates.ts';
import { findPreset, viewVariables } from './presets.ts';
import { hashPlan, runtypes, type LaunchRecipe } from './recipe.ts';
import { pricedOffer } from './search-offers.ts';
import { gpuWords, usd } from './words.ts';

type PlanInput = MethodParsedInput<'launch.plan'>;
type Draft = LaunchFacts['plan'];

/** Prices and offers move: a plan is for now. */
const planLifeMs = 10 * 60_000;

/** The lowest bid that wins, unless another was given; null on demand. */
function bidOf(input: PlanInput, preset: LaunchPreset, offer: Offer): number | null {
  if (input.bidPerHourUsd !== undefined) return input.bidPerHourUsd;
  return preset.offer.kind === 'interruptible' ? offer.minBidPerHourUsd : null;
}

async function onstartOf(
  preset: LaunchPreset,
  maxRunHours: number,
  remoteFolder: string,
): Promise<{ readonly text: string | null; readonly fault: string | null }> {
  const leaseScript = await readFile(join(remoteFolder, 'lease.sh'), 'utf8');
  try {
    const text = buildOnstart({
      leaseScript,
      leaseSeconds: preset.leaseMinutes * 60,
      maxRunSeconds: Math.round(maxRunHours * 3600),
      idleSeconds: preset.idleMinutes === null ? 'off' : preset.idleMinutes * 60,
      watchFolders: preset.watchFolders,
      presetOnstart: preset.onstart,
    });
    return { text, fault: null };
  } catch (thrown) {
    if (!(thrown instanceof RoomError)) throw thrown;
    return { text: null, fault: [thrown.message, thrown.hint].filter((it) => it !== null).join(' ') };
  }
}

/** Prefix, workspace and a token that no other launch has: by it a machine is found whose answer was lost. */
const newLabel = (prefix: string, workspaceId: string): string => `${prefix}-${workspaceId}-${base32(randomBytes(6))}`;

function costOf(offer: PricedOffer, maxRunHours: number): LaunchPlan['cost'] {
  const { gpuPerHourUsd, storagePerHourUsd, totalPerHourUsd, totalPerDayUsd, uploadUsdPerGb } = offer.price;
  const untilStopUsd = totalPerHourUsd === null ? null : totalPerHourUsd * maxRunHours;
  const storagePerDayAfterStopUsd = storagePerHourUsd === null ? null : storagePerHourUsd * 24;
  return {
    perHourUsd: totalPerHourUsd,
    perDayUsd: totalPerDayUsd,
    untilStopUsd,
    storagePerDayAfterStopUsd,
    words:
      `${usd(totalPerHourUsd)} an hour (GPU ${usd(gpuPerHourUsd)}, storage ${usd(storagePerHourUsd)}), ` +
      `${usd(untilStopUsd)} until its stop after ${maxRunHours} h, without traffic at ${usd(uploadUsdPerGb)} for a GB. ` +
      `After a stop its disk costs ${usd(storagePerDayAfterStopUsd)} a day until it is destroyed.`,
  };
}

function layersOf(guard: LaunchGuard, canArm: boolean): LaunchPlan['layers'] {
  const reasons = [
    ...(guard.idleMinutes === null ? [] : [`${guard.idleMinutes} min with nothing going on`]),
    ...(guard.stopWhenFinished ? ['the end of the run'] : []),
    `${guard.maxRunHours} h in any case`,
  ];
  return {
    room: canArm
      ? `While this room is open it stops the machine after ${reasons.join(', or ')}.`
      : `The settings are kept with the launch (${reasons.join(', ')}); no guard of this room acts on them yet.`,
    lease: [
      `The machine stops itself ${guard.leaseMinutes} min after this room was last heard of`,
      ...(guard.idleMinutes === null ? [] : [`after ${guard.idleMinutes} min with nothing going on`]),
      `and after ${guard.maxRunHours} h in any case. Each start of its container is left alone for 30 min.`,
    ].join(', '),
  };
}

/** What is typed to apply it: the GPU and its price an hour. */
const confirmWords = (offer: PricedOffer): string =>
  `${gpuWords(offer)} ${offer.price.totalPerHourUsd?.toFixed(2) ?? 'unknown'}`;

/** The amount of a cap; null for off, and for one that a gate refuses. */
function capOf(wantedUsd: number, offer: PricedOffer): LaunchPlan['cap'] {
  const answer = readCapFor(wantedUsd, offer.price.totalPerHourUsd);
  if (!answer.ok) return { capUsd: null, words: answer.because };
  return { capUsd: answer.cap.kind === 'off' ? null : answer.cap.usd, words: answer.words };
}

/**
 * Plans a launch and keeps the plan: nothing is rented. A plan whose gates hold it is kept and shown all the
 * same. @throws RoomError not_found for a preset or an offer that is not there.
 */
export async function planLaunch(input: PlanInput, deps: LaunchDeps): Promise<LaunchPlan> {
  const loaded = findPreset(input.presetId, deps);
  const preset = loaded.value;
  const diskGb = input.diskGb ?? preset.diskGb;
  const maxRunHours = input.maxRunHours ?? preset.maxRunHours;
  const isBid = input.bidPerHourUsd !== undefined || preset.offer.kind === 'interruptible';
  const kind = isBid ? 'interruptible' : 'on_demand';
  const wanted = { offerId: input.offerId, diskGb, kind, bidPerHourUsd: input.bidPerHourUsd ?? null } as const;
  const market = await readMarket(wanted, deps);
  if (market.offer === null)
    throw new RoomError(
      'not_found',
      `Offer ${input.offerId} is not on the market: somebody has it, or it was withdrawn.`,
      {
        hint: 'Search again. Nothing was rented.',
      },
    );
  const bidPerHourUsd = bidOf(input, preset, market.offer);
  const offer = pricedOffer(market.offer, kind, diskGb, bidPerHourUsd ?? undefined);
  const now = deps.now();
  const onstart = await onstartOf(preset, maxRunHours, deps.remoteFolder);
  const guard: LaunchGuard = {
    idleMinutes: preset.idleMinutes,
    stopWhenFinished: preset.stopWhenFinished,
    maxRunHours,
    leaseMinutes: preset.leaseMinutes,
    policy: preset.onFailedCopy,
    deadlineAt: null,
  };
  const recipe: LaunchRecipe = {
    image: preset.image,
    diskGb,
    runtype: runtypes[preset.runtype],
    label: newLabel(input.labelPrefix ?? preset.labelPrefix, deps.workspaceId),
    onstart: onstart.text,
    ports: preset.ports,
    env: preset.env,
    bidPerHourUsd,
    wantedCapUsd: input.capUsd ?? preset.capUsd,
  };
  const variables = await viewVariables(preset.env, deps.secrets);
  const draft: Draft = {
    id: newId('plan'),
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + planLifeMs).toISOString(),
    confirm: confirmWords(offer),
    preset: { id: preset.id, title: preset.title, source: loaded.source },
    offer,
    offerReadAt: new Date(now).toISOString(),
    kind,
    bidPerHourUsd,
    image: recipe.image,
    diskGb,
    runtype: recipe.runtype,
    label: recipe.label,
    ports: preset.ports,
    variables,
    onstart: { characters: onstart.text?.length ?? null, maxCharacters: longestOnstart },
    cost: costOf(offer, maxRunHours),
    maxRunHours,
    stopsAt: new Date(now + maxRunHours * 3_600_000).toISOString(),
    cap: capOf(recipe.wantedCapUsd, offer),
    layers: layersOf(guard, deps.armGuard !== null),
    guard,
    gatedRepositories: preset.gatedRepositories,
  };
  const facts: LaunchFacts = {
    moment: 'plan',
    plan: draft,
    ...market,
    offer,
    wantedCapUsd: recipe.wantedCapUsd,
    variables,
    onstartFault: onstart.fault,
  };
  const gates = await runGates(facts, deps.gates);
  const plan: LaunchPlan = { ...draft, hash: hashPlan(draft, recipe), gates, mayApply: !isHeld(gates) };
  await deps.database.write('launch.keepPlan', { plan, recipe });
  return plan;
}
