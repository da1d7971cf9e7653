import { costOfEgress } from '#shared/rules/budget.ts';
import { spendOf, type SpendTotal } from '#shared/rules/spend.ts';
import type { Database } from '../db/database.ts';
import type { LedgerEntry } from './store.ts';

/** What a machine has cost, and since when that is counted; null when nothing was charged or observed. */
export type MachineSpend = { readonly since: string | null; readonly total: SpendTotal };

/** Charged by the provider until a moment, and observed from there on. @param now ISO */
export async function readSpend(database: Database, entry: LedgerEntry, now: string): Promise<MachineSpend> {
  const { id, startedAt } = entry.instance;
  const [samples, charge] = await Promise.all([
    database.read('instances.samples', { id }),
    database.read('instances.charge', { id }),
  ]);
  // What was charged has the traffic of its time in it.
  const since = charge?.until ?? startedAt ?? entry.firstSeenAt;
  const pulledBytes = await database.read('snapshots.pulledBytes', { instanceId: id, since });
  const total = spendOf(samples, {
    now: entry.goneAt ?? now,
    egressUsd: costOfEgress(pulledBytes, entry.instance.uploadUsdPerGb) ?? 0,
    ...(charge === null ? {} : { charged: { usd: charge.totalUsd, until: charge.until } }),
  });
  return { since: charge === null ? (samples[0]?.at ?? null) : (startedAt ?? entry.firstSeenAt), total };
}
