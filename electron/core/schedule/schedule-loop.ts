import { toErrorPayload } from '#shared/errors.ts';
import type { Timer } from '../instances/timer.ts';
import type { Log } from '../ports.ts';
import type { ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import { claimSlot, runSlot } from './run-slot.ts';

const tickMs = 5_000;

/** Copies machines by their schedules while a room is open. A machine that is slow holds no other one up. */
export function startScheduleLoop(deps: ScheduleDeps & { readonly timer: Timer; readonly log: Log }): {
  stop(): Promise<void>;
} {
  const ending = new AbortController();
  const running = new Map<string, Promise<unknown>>();
  let lastMessage: string | null = null;

  async function tick(): Promise<void> {
    for (const schedule of await deps.database.read('schedule.all', undefined as never)) {
      const slot = await claimSlot(schedule, deps);
      if (slot === null) {
        if (!running.has(schedule.instanceId)) await weigh(schedule.instanceId, deps);
        continue;
      }
      running.set(
        schedule.instanceId,
        runSlot(slot, schedule.settings, deps)
          .catch(report)
          .finally(() => running.delete(schedule.instanceId)),
      );
    }
  }

  function report(thrown: unknown): void {
    const { message } = toErrorPayload(thrown);
    if (ending.signal.aborted || message === lastMessage) return;
    lastMessage = message;
    deps.log({ level: 'error', area: 'schedule', message });
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      await tick().catch(report);
      await deps.timer.sleep(tickMs, ending.signal).catch(() => undefined);
    }
  }

  const done = run();
  return {
    /** What is being copied ends with the jobs of the room; its slots say so when the next one opens. */
    async stop() {
      ending.abort();
      await done;
    },
  };
}
