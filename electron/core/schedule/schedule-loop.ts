import { toErrorPayload } from '#shared/errors.ts';
import type { Timer } from '../instances/timer.ts';
import type { Log } from '../ports.ts';
import { claimSlot } from './claim-slot.ts';
import { scheduleCaller, type ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import { runSlot } from './run-slot.ts';
import type { Schedule } from './store.ts';

const tickMs = 5_000;
/** So long the first slots wait for what the provider says of the machines. */
const firstLookMs = 20_000;

/** Copies machines by their schedules while a room is open. A machine that is slow holds no other one up. */
export function startScheduleLoop(deps: ScheduleDeps & { readonly timer: Timer; readonly log: Log }): {
  stop(): Promise<void>;
} {
  const ending = new AbortController();
  let lastMessage: string | null = null;

  async function tick(): Promise<void> {
    for (const schedule of await deps.database.read('schedule.all', undefined as never))
      // What goes wrong with one machine is no reason to leave out the ones after it.
      await tickOne(schedule).catch((thrown: unknown) => report(thrown, schedule.instanceId));
  }

  async function tickOne(schedule: Schedule): Promise<void> {
    const { instanceId, settings } = schedule;
    const slot = await claimSlot(schedule, deps).catch((thrown: unknown) => report(thrown, instanceId));
    if (slot === null) await weigh(instanceId, deps);
    else void runSlot(slot, settings, deps).catch((thrown: unknown) => report(thrown, instanceId));
  }

  function report(thrown: unknown, instanceId: string | null = null): null {
    const message = `${instanceId === null ? '' : `Machine ${instanceId}: `}${toErrorPayload(thrown).message}`;
    if (ending.signal.aborted || message === lastMessage) return null;
    lastMessage = message;
    deps.log({ level: 'error', area: 'schedule', message });
    return null;
  }

  /** Whether a machine was stopped while no room was open is known only after a look at it. */
  async function lookFirst(): Promise<void> {
    if ((await deps.database.read('schedule.all', undefined as never)).length === 0) return;
    const look = deps.call('instances.list', {}, scheduleCaller);
    await Promise.race([look, deps.timer.sleep(firstLookMs, ending.signal)]).catch(() => undefined);
  }

  async function run(): Promise<void> {
    await lookFirst().catch((thrown: unknown) => report(thrown));
    while (!ending.signal.aborted) {
      await tick().catch((thrown: unknown) => report(thrown));
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
