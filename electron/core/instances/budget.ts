import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import { capOff, readBudget, readCap, readCapFor, type Cap } from '#shared/rules/budget.ts';
import type { SpendTotal } from '#shared/rules/spend.ts';
import type { Database } from '../db/database.ts';
import type { Fleet } from './fleet.ts';
import { readSpend } from './spend.ts';

export type BudgetDeps = { readonly fleet: Fleet; readonly database: Database; readonly now: () => number };

const nothingSpent: SpendTotal = {
  totalUsd: 0,
  chargedUsd: 0,
  observedUsd: 0,
  estimatedUsd: 0,
  egressUsd: 0,
  unknownMs: 0,
  gaps: [],
};

function add(a: SpendTotal, b: SpendTotal): SpendTotal {
  return {
    totalUsd: a.totalUsd + b.totalUsd,
    chargedUsd: a.chargedUsd + b.chargedUsd,
    observedUsd: a.observedUsd + b.observedUsd,
    estimatedUsd: a.estimatedUsd + b.estimatedUsd,
    egressUsd: a.egressUsd + b.egressUsd,
    unknownMs: a.unknownMs + b.unknownMs,
    gaps: [...a.gaps, ...b.gaps],
  };
}

function statusOf(subject: {
  readonly instanceId: string | null;
  readonly cap: Cap;
  readonly spend: SpendTotal;
  readonly ratePerHourUsd: number | null;
}): BudgetStatus {
  const { instanceId, cap, spend, ratePerHourUsd } = subject;
  // What a last pull would cost is not known to this room yet: nothing is kept back for it.
  const reading = readBudget({ cap, spend, ratePerHourUsd, lastPullUsd: null });
  return {
    instanceId,
    capUsd: cap.kind === 'off' ? null : cap.usd,
    spentUsd: spend.totalUsd,
    isSpentEstimated: spend.estimatedUsd > 0 || spend.unknownMs > 0,
    ratePerHourUsd,
    ...reading,
  };
}

/** Every cap against what was spent. @throws RoomError not_found, or why the fleet is not known at all. */
export async function readBudgets(instanceId: string | null, deps: BudgetDeps): Promise<MethodOutput<'budget.status'>> {
  const { fleet, database } = deps;
  const view = await fleet.view();
  const account = (await fleet.reading())?.account ?? fleet.client.address;
  const caps = new Map((await database.read('budget.all', undefined as never)).map((it) => [it.instanceId, it.capUsd]));
  const capOf = (id: string | null): Cap => {
    const answer = readCap(caps.get(id) ?? 0);
    return answer.ok ? answer.cap : capOff;
  };
  const now = new Date(deps.now()).toISOString();
  const rates = new Map(view.items.map((item) => [item.id, item.burnRatePerHourUsd]));
  const instances: BudgetStatus[] = [];
  let whole = nothingSpent;
  for (const entry of await database.read('instances.everSeen', { account })) {
    const { id } = entry.instance;
    const { total } = await readSpend(database, entry, now);
    whole = add(whole, total);
    const isShown = entry.goneAt === null || id === instanceId;
    const ratePerHourUsd = entry.goneAt === null ? (rates.get(id) ?? null) : 0;
    if (isShown) instances.push(statusOf({ instanceId: id, cap: capOf(id), spend: total, ratePerHourUsd }));
  }
  const { stale, staleBecause } = view;
  if (instanceId === null) {
    const fleetStatus = statusOf({
      instanceId: null,
      cap: capOf(null),
      spend: whole,
      ratePerHourUsd: view.burnRatePerHourUsd,
    });
    return { ...fleetStatus, instances, stale, staleBecause };
  }
  const own = instances.find((it) => it.instanceId === instanceId);
  if (own === undefined)
    throw new RoomError('not_found', `There is no machine ${instanceId} on this account, and none is on record here.`);
  return { ...own, instances: [own], stale, staleBecause };
}

/** Sets a cap; 0 and less is off. @throws RoomError conflict for a cap that can not be kept. */
export async function setBudget(
  input: { readonly instanceId: string | null; readonly capUsd: number },
  deps: BudgetDeps,
): Promise<MethodOutput<'budget.set'>> {
  const { fleet, database } = deps;
  const { instanceId, capUsd } = input;
  const answer =
    instanceId === null
      ? readCap(capUsd)
      : readCapFor(capUsd, (await fleet.viewOne(instanceId)).item.runningRatePerHourUsd);
  if (!answer.ok) throw new RoomError('conflict', answer.because, { hint: 'Nothing was changed.' });
  await database.write('budget.set', {
    instanceId,
    capUsd: answer.cap.kind === 'off' ? 0 : answer.cap.usd,
    at: new Date(deps.now()).toISOString(),
  });
  return readBudgets(instanceId, deps);
}
