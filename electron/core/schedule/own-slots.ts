import { isJobOver } from '#shared/model/job.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Clock } from '../ports.ts';
import type { LedgerSlot } from './store.ts';

/** A copy of which nothing was heard for so long does not move any more. */
const stallMs = 5 * 60_000;

/** The slots that this engine runs, and whether anything moves in them. */
export type OwnSlots = {
  has(slot: LedgerSlot): boolean;
  add(slot: LedgerSlot): void;
  remove(slot: LedgerSlot): void;
  /** True while a slot's copy or upload is under way here and something of it changed within five minutes. */
  isMoving(slot: LedgerSlot): Promise<boolean>;
};

export function createOwnSlots(deps: { readonly jobs: Pick<Jobs, 'get'>; readonly clock: Clock }): OwnSlots {
  const heard = new Map<string, { readonly mark: string; readonly atMs: number }>();
  const own = new Set<string>();
  const keyOf = ({ instanceId, era, slotMs }: LedgerSlot): string => `${instanceId} ${era} ${slotMs}`;

  async function markOf(jobId: string | null, isOwn: boolean): Promise<string | null> {
    const job = jobId === null ? null : await deps.jobs.get(jobId).catch(() => null);
    // One that waits for another room to take it up moves for nobody.
    if (job === null || isJobOver(job.state) || (job.state === 'queued' && !isOwn)) return null;
    const { done, message } = job.progress ?? { done: 0, message: '' };
    return `${job.id} ${job.state} ${done} ${message} ${job.steps.length}`;
  }

  return {
    has: (slot) => own.has(keyOf(slot)),
    add: (slot) => void own.add(keyOf(slot)),
    remove(slot) {
      own.delete(keyOf(slot));
      heard.delete(keyOf(slot));
    },
    async isMoving(slot) {
      const key = keyOf(slot);
      const isOwn = own.has(key);
      const mark =
        (await markOf(slot.mirrorJobId, isOwn)) ?? (await markOf(slot.jobId, isOwn)) ?? (isOwn ? 'between' : null);
      if (mark === null) return false;
      const before = heard.get(key);
      if (before?.mark !== mark) heard.set(key, { mark, atMs: deps.clock.now() });
      return deps.clock.now() - (heard.get(key)?.atMs ?? 0) < stallMs;
    },
  };
}
