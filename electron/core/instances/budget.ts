import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import { capOff, readBudget, readCap, readCapFor, type Cap } from '#shared/rules/budget.ts';
import type { SpendTotal } from '#shared/rules/spend.ts';
import type { Database } from '../db/database.ts';
import type { Fleet } from './fleet.ts';
import { readSpendToday } from './series.ts';
import { readSpend } from './spend.ts';

export type BudgetDeps = { readonly fleet: Fleet; readonly database: Database; readonly now: () => number };

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
    period: instanceId === null ? 'utc_day' : 'machine_life',
    capUsd: cap.kind === 'off' ? null : cap.usd,
    spentUsd: spend.totalUsd,
    isSpentEstimated: spend.estimatedUsd > 0 || spend.unknownMs > 0,
    ratePerHourUsd,
    ...reading,
  };
}

/** The day of the whole fleet as a total; time of which no rate is known makes it a lower bound. */
async function spentToday(deps: BudgetDeps): Promise<SpendTotal> {
  const { spentUsd, estimatedUsd, unknownMs } = await readSpendToday(deps);
  return {
    totalUsd: spentUsd,
    chargedUsd: 0,
    observedUsd: spentUsd - estimatedUsd,
    estimatedUsd,
    egressUsd: 0,
    unknownMs,
    gaps: [],
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
  for (const entry of await database.read('instances.everSeen', { account })) {
    const { id } = entry.instance;
    if (entry.goneAt !== null && id !== instanceId) continue;
    const { total } = await readSpend(database, entry, now);
    const ratePerHourUsd = entry.goneAt === null ? (rates.get(id) ?? null) : 0;
    instances.push(statusOf({ instanceId: id, cap: capOf(id), spend: total, ratePerHourUsd }));
  }
  const { stale, staleBecause } = view;
  if (instanceId === null) {
    const fleetStatus = statusOf({
      instanceId: null,
      cap: capOf(null),
      spend: await spentToday(deps),
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
