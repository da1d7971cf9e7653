import type { FleetItem, FleetView } from '#shared/model/fleet.ts';
import { RoomError } from '#shared/errors.ts';
import type { Instance } from '#shared/model/instance.ts';
import { hoursUntil } from '#shared/rules/budget.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import { readSpend } from './spend.ts';
import type { Provider } from './provider.ts';
import type { FleetReading, LedgerEntry, Observation } from './store.ts';
import type { Timer } from './timer.ts';
import type { Account, OneRead, ReadInstance, VastClient } from './vast-client.ts';
import type { CallOptions } from './vast-send.ts';
import { readPhase, toFleetItem } from './view.ts';

export type Fleet = {
  readonly client: VastClient;
  /** Reads the whole list and keeps it. @throws RoomError when any part failed: what was known stays. */
  refresh(options: CallOptions): Promise<void>;
  /** The newest state: read anew when it is older than a tick, else the last known one, marked. @throws when there is none. */
  view(options?: { readonly again?: boolean }): Promise<FleetView>;
  /** One machine read anew, or as it was last known. @throws RoomError not_found, or why it can not be read. */
  viewOne(id: string): Promise<{ item: FleetItem; stale: boolean; staleBecause: string | null }>;
  /** The account whose machines were read last; null before the first whole list. */
  reading(): Promise<FleetReading | null>;
  /** Reads one machine and keeps what was seen; a proven absence is kept as well. */
  look(id: string, options: CallOptions): Promise<OneRead>;
  /** Settles what an engine left unfinished; called after each whole list. */
  onRefreshed(listener: () => Promise<void>): void;
};

const freshMs = 10_000;
/** A list older than this is not called current any more, even when nothing has failed since. */
const currentMs = 45_000;
const creditIntervalMs = 60_000;
const chargesIntervalMs = 300_000;
const longestContractMs = 366 * 86_400_000;

export function createFleet(deps: {
  readonly client: VastClient;
  readonly provider: Pick<Provider, 'isOwnAddress' | 'source'>;
  readonly database: Database;
  readonly timer: Timer;
  readonly emit: EmitEvent;
  readonly workspaceId: string;
}): Fleet {
  const { client, provider, database, timer } = deps;
  const nowIso = (): string => new Date(timer.now()).toISOString();
  let account: string | null = null;
  let creditReadAt = -Infinity;
  let chargesReadAt = -Infinity;
  let triedAt = -Infinity;
  let lastFailure: { readonly error: RoomError; readonly at: string } | null = null;
  let running: Promise<void> | null = null;
  let settle: () => Promise<void> = async () => undefined;

  /**
   * Whose list it is: with another key, machines of the first account must not look gone. A key that may
   * not read the account still lists its machines.
   */
  async function readAccount(options: CallOptions): Promise<Account | null> {
    if (account !== null && timer.now() - creditReadAt < creditIntervalMs) return null;
    try {
      const read = await client.readAccount(options);
      account = read.id === null ? client.address : `${client.address} ${read.id}`;
      creditReadAt = timer.now();
      return read;
    } catch (thrown) {
      const isScoped = thrown instanceof RoomError && thrown.details?.['httpStatus'] === 403;
      if (isScoped) account ??= client.address;
      if (account === null) throw thrown;
      return null;
    }
  }

  const observationOf = (read: ReadInstance, entry: LedgerEntry | null, now: string): Observation => {
    const { phase, burn } = readPhase(read.instance, entry, now);
    return { ...read, phase, ratePerHourUsd: burn.ratePerHourUsd };
  };

  /** A machine that a whole list lacks is gone only when a read of its own says so too. */
  async function proveGone(missing: readonly Instance[], options: CallOptions): Promise<string[]> {
    const gone: string[] = [];
    for (const { id } of missing) {
      const read = await client.readInstance(id, options);
      if (read.kind === 'row')
        throw new RoomError(
          'answer_not_understood',
          `The list lacks machine ${id}, which the provider still has: the list can not be relied on.`,
          { hint: 'Nothing is concluded from it.' },
        );
      gone.push(id);
    }
    return gone;
  }

  async function readAll(options: CallOptions): Promise<void> {
    const [credit, rows] = await Promise.all([readAccount(options), client.listInstances(options)]);
    const owner = account ?? client.address;
    const known = await database.read('instances.present', { account: owner });
    const listed = new Set(rows.map((row) => row.instance.id));
    const missing = known.map((entry) => entry.instance).filter((instance) => !listed.has(instance.id));
    const gone = await proveGone(missing, options);
    const at = nowIso();
    const entries = new Map(known.map((entry) => [entry.instance.id, entry]));
    await database.write('fleet.observe', {
      account: owner,
      address: client.address,
      at,
      items: rows.map((row) => observationOf(row, entries.get(row.instance.id) ?? null, at)),
      gone,
      credit: credit === null ? null : { usd: credit.creditUsd },
    });
    await readCharges(rows, options);
  }

  /** Charges come beside the list: without them spend is what was observed, and the list is as good. */
  async function readCharges(rows: readonly ReadInstance[], options: CallOptions): Promise<void> {
    const now = timer.now();
    if (rows.length === 0 || now - chargesReadAt < chargesIntervalMs) return;
    const starts = rows.map((row) => Date.parse(row.instance.startedAt ?? nowIso()));
    const skewMs = client.clockSkewMs() ?? 0;
    try {
      const fromMs = Math.max(Math.min(...starts) - 86_400_000, now + skewMs - longestContractMs);
      const sums = await client.readCharges({ fromMs, toMs: now + skewMs }, { ...options, attempts: 1 });
      chargesReadAt = now;
      const charges = sums.map(({ instanceId, totalUsd, gpuUsd, untilMs }) => ({
        instanceId,
        totalUsd,
        gpuUsd,
        until: new Date(Math.min(untilMs - skewMs, now)).toISOString(),
      }));
      await database.write('instances.charged', { at: nowIso(), charges });
    } catch (thrown) {
      options.signal?.throwIfAborted();
      if (!(thrown instanceof RoomError)) throw thrown;
    }
  }

  function refresh(options: CallOptions): Promise<void> {
    triedAt = timer.now();
    running ??= readAll(options)
      .then(
        async () => {
          lastFailure = null;
          await settle();
        },
        (thrown: unknown) => {
          if (!(thrown instanceof RoomError)) throw thrown;
          if (thrown.code !== 'cancelled') lastFailure = { error: thrown, at: nowIso() };
          throw thrown;
        },
      )
      .finally(() => {
        running = null;
        deps.emit({ name: 'instances.changed', payload: {} });
      });
    return running;
  }

  /**
   * Refreshes unless that was tried within a tick; a failure is kept for the view to tell. One that failed is
   * not tried again sooner either: every try is told to the pages, and each of them asks again.
   */
  async function ensureFresh(again = false): Promise<void> {
    if (!again && timer.now() - triedAt < freshMs && running === null) return;
    await refresh({ priority: 'user' }).catch((thrown: unknown) => {
      if (!(thrown instanceof RoomError)) throw thrown;
    });
  }

  type Staleness = { readonly stale: boolean; readonly staleBecause: string | null };
  function staleness(observedAt: string): Staleness {
    if (lastFailure !== null)
      return {
        stale: true,
        staleBecause: `Last known state of ${observedAt}. ${[lastFailure.error.message, lastFailure.error.hint].filter((it) => it !== null).join(' ')}`,
      };
    const isOld = timer.now() - Date.parse(observedAt) > currentMs;
    return { stale: isOld, staleBecause: isOld ? `Last known state of ${observedAt}: no newer list came.` : null };
  }

  async function toItem(entry: LedgerEntry): Promise<FleetItem> {
    const now = nowIso();
    const [spend, ssh, open, guards] = await Promise.all([
      readSpend(database, entry, now),
      database.read('ssh.sight', { instanceId: entry.instance.id }),
      database.read('instances.openCommands', undefined as never),
      database.read('guards.record', { instanceId: entry.instance.id }),
    ]);
    return toFleetItem(entry, spend, ssh, open, { workspaceId: deps.workspaceId, now, guards });
  }

  return {
    client,
    refresh,
    onRefreshed(listener) {
      settle = listener;
    },

    async view({ again = false } = {}) {
      await ensureFresh(again);
      const reading = await database.read('fleet.reading', { address: client.address, account });
      if (reading === null)
        throw (
          lastFailure?.error ??
          new RoomError('could_not_tell', 'No list of machines was read yet, so nothing is known about them.')
        );
      const entries = await database.read('instances.present', { account: reading.account });
      const items = await Promise.all(entries.map(toItem));
      const rates = items.map((item) => item.burnRatePerHourUsd);
      const burnRatePerHourUsd = rates.includes(null)
        ? null
        : rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
      return {
        items,
        source: provider.source,
        address: provider.isOwnAddress ? null : client.address,
        observedAt: reading.observedAt,
        ...staleness(reading.observedAt),
        staleCode: lastFailure?.error.code ?? null,
        creditUsd: reading.creditUsd,
        creditAt: reading.creditAt,
        burnRatePerHourUsd,
        creditHoursLeft: hoursUntil(reading.creditUsd, burnRatePerHourUsd),
        clockSkewMs: client.clockSkewMs(),
      };
    },

    async viewOne(id) {
      await ensureFresh();
      const entry = await database.read('instances.entry', { id });
      if (entry === null) {
        if (lastFailure !== null) throw lastFailure.error;
        throw new RoomError('not_found', `There is no machine ${id} on this account, and none is on record here.`);
      }
      return { item: await toItem(entry), ...staleness(entry.lastSeenAt) };
    },

    reading: () => database.read('fleet.reading', { address: client.address, account }),

    async look(id, options) {
      if (account === null) await readAccount(options);
      const read = await client.readInstance(id, options);
      const at = nowIso();
      if (read.kind === 'row') {
        const entry = await database.read('instances.entry', { id });
        await database.write('instances.observe', {
          account: account ?? client.address,
          at,
          item: observationOf(read, entry, at),
        });
        deps.emit({ name: 'instances.changed', payload: {} });
      }
      return read;
    },
  };
}
