import { toErrorPayload } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import type { Timer } from '../instances/timer.ts';
import { ownershipOf, readPhase } from '../instances/view.ts';
import type { Log } from '../ports.ts';

const tickMs = 10_000;
/** Between two knocks on one machine. */
const intervalMs = 30_000;
/** Machines that are knocked on at the same time. */
const mostAtOnce = 4;
/** A list older than this says nothing about which machines run. */
const currentMs = 60_000;

export type WatchDeps = {
  readonly open: OpenFleet;
  readonly database: Database;
  readonly workspaceId: string;
  readonly probe: (instanceId: string, signal: AbortSignal) => Promise<unknown>;
  readonly timer: Timer;
  readonly log: Log;
};

/**
 * Machines to knock on: ours, running by a current list of the provider, and not knocked on lately. A machine
 * of somebody else is never touched.
 */
export async function dueMachines(
  deps: Pick<WatchDeps, 'open' | 'database' | 'workspaceId' | 'timer'>,
): Promise<string[]> {
  const { database, timer } = deps;
  const reading = await deps.open().fleet.reading();
  const nowMs = timer.now();
  if (reading === null || nowMs - Date.parse(reading.observedAt) > currentMs) return [];
  const now = new Date(nowMs).toISOString();
  const entries = await database.read('instances.present', { account: reading.account });
  const watched = entries.filter(
    (entry) =>
      ownershipOf(entry, deps.workspaceId, now) === 'ours' && readPhase(entry.instance, entry, now).phase === 'running',
  );
  const due: string[] = [];
  for (const { instance } of watched) {
    const { sight } = await database.read('ssh.sight', { instanceId: instance.id });
    if (sight.at === null || nowMs - Date.parse(sight.at) >= intervalMs) due.push(instance.id);
  }
  return due;
}

/** Keeps the third part of the ledger, what SSH sees, for as long as a room is open. */
export function startMachineWatch(deps: WatchDeps): { stop(): Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  const underWay = new Map<string, Promise<void>>();

  async function probeOne(id: string): Promise<void> {
    try {
      await deps.probe(id, signal);
    } catch (thrown) {
      const { code, message } = toErrorPayload(thrown);
      // A machine that goes away between the list and the knock is told by the list.
      if (!signal.aborted && code !== 'not_found') deps.log({ level: 'warn', area: 'ssh', message });
    }
  }

  async function tick(): Promise<void> {
    const free = mostAtOnce - underWay.size;
    const due = (await dueMachines(deps)).filter((id) => !underWay.has(id)).slice(0, Math.max(0, free));
    for (const id of due)
      underWay.set(
        id,
        probeOne(id).finally(() => underWay.delete(id)),
      );
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await tick().catch((thrown: unknown) => {
        if (!signal.aborted) deps.log({ level: 'warn', area: 'ssh', message: toErrorPayload(thrown).message });
      });
      await deps.timer.sleep(tickMs, signal).catch(() => undefined);
    }
    await Promise.all(underWay.values());
  }

  const done = run();
  return {
    async stop() {
      ending.abort();
      await done;
    },
  };
}
