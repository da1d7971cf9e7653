import type { MachineRecord } from '#shared/model/fleet-history.ts';
import type { Database } from '../db/database.ts';
import type { Fleet } from './fleet.ts';
import { readSpend } from './spend.ts';
import type { LedgerEntry } from './store.ts';

/** What a machine that is gone has cost does not change any more: counted once for each engine. */
export type SpentByGone = Map<string, Pick<MachineRecord, 'spentUsd' | 'isSpentEstimated'>>;

async function spentBy(entry: LedgerEntry, goneAt: string, database: Database, known: SpentByGone) {
  const key = `${entry.instance.id} ${goneAt}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { since, total } = await readSpend(database, entry, goneAt);
  const isUnknown = since === null || (total.unknownMs > 0 && total.totalUsd === 0);
  const spent = {
    spentUsd: isUnknown ? null : total.totalUsd,
    isSpentEstimated: total.estimatedUsd > 0 || total.unknownMs > 0,
  };
  known.set(key, spent);
  return spent;
}

/** Machines that are gone, newest first, with what each has cost. */
export async function readRecords(
  limit: number,
  deps: { readonly fleet: Fleet; readonly database: Database; readonly known: SpentByGone },
): Promise<{ items: MachineRecord[]; totalCount: number }> {
  const { fleet, database, known } = deps;
  const account = (await fleet.reading())?.account ?? fleet.client.address;
  const gone = (await database.read('instances.everSeen', { account }))
    .flatMap((entry) => (entry.goneAt === null ? [] : [{ entry, goneAt: entry.goneAt }]))
    .toSorted((a, b) => (a.goneAt < b.goneAt ? 1 : -1));
  const items = await Promise.all(
    gone.slice(0, limit).map(async ({ entry, goneAt }): Promise<MachineRecord> => {
      const { instance, firstSeenAt } = entry;
      return {
        id: instance.id,
        label: instance.label,
        machineId: instance.machineId,
        hostId: instance.hostId,
        gpuName: instance.gpuName,
        gpuCount: instance.gpuCount,
        runningRatePerHourUsd: instance.runningRatePerHourUsd,
        imageName: instance.imageName,
        geolocation: instance.geolocation,
        startedAt: instance.startedAt,
        firstSeenAt,
        goneAt,
        ...(await spentBy(entry, goneAt, database, known)),
      };
    }),
  );
  return { items, totalCount: gone.length };
}
