import { toErrorPayload } from '#shared/errors.ts';
import type { Log } from '../ports.ts';
import type { Fleet } from './fleet.ts';
import type { Timer } from './timer.ts';

const tickMs = 10_000;

/**
 * Reads the fleet every 10 s while a room stays open: one list a tick, never two at once. What fails is
 * kept by the fleet as stale; the log hears of each kind of failure once, not every 10 s.
 */
export function startPoller(deps: {
  readonly fleet: () => Fleet;
  readonly timer: Timer;
  readonly log: Log;
  /** After each reading, one that failed too: a deadline passes all the same. Never rejects. */
  readonly afterwards: () => Promise<void>;
}): {
  stop(): Promise<void>;
} {
  const ending = new AbortController();
  let lastCode: string | null = null;

  async function tick(): Promise<void> {
    try {
      await deps.fleet().refresh({ priority: 'poll', signal: ending.signal });
      lastCode = null;
    } catch (thrown) {
      const { code, message } = toErrorPayload(thrown);
      // Without a key there is nothing to poll, and nothing to tell.
      if (code !== lastCode && code !== 'key_missing' && !ending.signal.aborted)
        deps.log({ level: 'warn', area: 'instances', message });
      lastCode = code;
    }
    if (!ending.signal.aborted) await deps.afterwards();
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      await tick();
      await deps.timer.sleep(tickMs, ending.signal).catch(() => undefined);
    }
  }

  const done = run();
  return {
    async stop() {
      ending.abort();
      await done;
    },
  };
}
