import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports.ts';

/** Time as the fleet sees it: tests and a sped-up provider bring their own. Milliseconds. */
export type Timer = {
  readonly now: () => number;
  /** Rejects with the reason of the signal when it fires first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** The clock's time; from now on it passes `speed` times as fast, for a provider that runs faster as well. */
export function createTimer(clock: Clock, speed = 1): Timer {
  const startedAt = clock.now();
  return {
    now: () => startedAt + (clock.now() - startedAt) * speed,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      try {
        await wait(Math.max(0, ms / speed), undefined, signal === undefined ? {} : { signal });
      } catch (thrown) {
        signal?.throwIfAborted();
        throw thrown;
      }
    },
  };
}
