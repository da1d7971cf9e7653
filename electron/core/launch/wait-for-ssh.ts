import type { SshSight } from '#shared/model/ssh.ts';
import type { Timer } from '../instances/timer.ts';
import type { WaitForSsh } from './deps.ts';

const intervalMs = 5000;

/**
 * Knocks until the machine answers. Right after a start nobody listens, keys are still being put in, and the
 * log that tells the host key is not written yet: only another host key than the told one ends the wait early.
 */
export function createWaitForSsh(deps: {
  readonly probe: (instanceId: string, signal: AbortSignal) => Promise<SshSight>;
  /** Paces the wait: faster than real time when the provider is. */
  readonly timer: () => Timer;
}): WaitForSsh {
  return async (instanceId, { timeoutMs, signal }) => {
    const timer = deps.timer();
    const deadline = timer.now() + timeoutMs;
    for (;;) {
      const sight = await deps.probe(instanceId, signal);
      signal.throwIfAborted();
      const isOver = sight.state === 'answers' || sight.state === 'key_changed' || timer.now() >= deadline;
      if (isOver) return sight;
      await timer.sleep(intervalMs, signal);
    }
  };
}
