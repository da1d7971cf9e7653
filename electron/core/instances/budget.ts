import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import type { Instance } from '#shared/model/instance.ts';
import { capOff, costOfLastPull, readBudget, readCap, readCapFor, type Cap } from '#shared/rules/budget.ts';
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
  /** Null where nothing tells what a last pull would cost: nothing is kept back for it. */
  readonly lastPullUsd: number | null;
}): BudgetStatus {
  const { instanceId, cap, spend, ratePerHourUsd, lastPullUsd } = subject;
  const reading = readBudget({ cap, spend, ratePerHourUsd, lastPullUsd });
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

/** The largest of the newest pulls, at the pace that they had together; null when none brought anything. */
async function lastPullOf(
  { id, uploadUsdPerGb }: Pick<Instance, 'id' | 'uploadUsdPerGb'>,
  ratePerHourUsd: number | null,
  database: Database,
): Promise<number | null> {
  const pulls = (await database.read('snapshots.attempts', { instanceId: id, limit: 10 })).flatMap((pull) => {
    const ms = Date.parse(pull.finishedAt) - Date.parse(pull.startedAt);
    return pull.transferredBytes !== null && pull.transferredBytes > 0 && ms > 0
      ? [{ sizeBytes: pull.transferredBytes, ms }]
      : [];
  });
  if (pulls.length === 0) return null;
  const sizeBytes = Math.max(...pulls.map((pull) => pull.sizeBytes));
  const seconds = pulls.reduce((sum, pull) => sum + pull.ms, 0) / 1000;
  const bytesPerSecond = pulls.reduce((sum, pull) => sum + pull.sizeBytes, 0) / seconds;
  return costOfLastPull({ sizeBytes, uploadUsdPerGb, bytesPerSecond, ratePerHourUsd });
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
    const lastPullUsd = await lastPullOf(entry.instance, ratePerHourUsd, database);
    instances.push(statusOf({ instanceId: id, cap: capOf(id), spend: total, ratePerHourUsd, lastPullUsd }));
  }
  const { stale, staleBecause } = view;
  if (instanceId === null) {
    const fleetStatus = statusOf({
      instanceId: null,
      cap: capOf(null),
      spend: await spentToday(deps),
      ratePerHourUsd: view.burnRatePerHourUsd,
      lastPullUsd: null,
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
