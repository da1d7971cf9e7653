import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { ScheduleSlot } from '#shared/model/schedule.ts';
import { isFailure } from '#shared/rules/slots.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { claimSlot } from './claim-slot.ts';
import { scheduleCaller, type ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import { runSlot } from './run-slot.ts';
import { withoutKey, type LedgerSlot, type Schedule } from './store.ts';

/**
 * Copies what is due, once. It answers only when nothing is wrong: a slot that is skipped because the ones before
 * it failed is no success.
 * @throws RoomError of the first machine whose copies are not good; the others are copied all the same.
 */
export async function syncOnce(
  instanceId: string | null,
  context: JobContext,
  deps: ScheduleDeps,
): Promise<{ slots: ScheduleSlot[] }> {
  const all = await deps.database.read('schedule.all', undefined as never);
  const due = all.filter((it) => it.settings.isOn && (instanceId === null || it.instanceId === instanceId));
  if (due.length === 0)
    throw new RoomError(
      'not_found',
      instanceId === null
        ? 'No machine is copied by itself in this workspace.'
        : `Machine ${instanceId} is not copied by itself in this workspace.`,
      { hint: `Switch it on: schedule.set {"instanceId":"${instanceId ?? '<id>'}"}` },
    );
  // Nobody has watched the machines while no room was open. Without an answer what was last known counts.
  if (deps.role === 'errand') await deps.call('instances.list', {}, scheduleCaller);
  const outcomes = await Promise.all(
    due.map((schedule) =>
      context
        .step(`Machine ${schedule.instanceId}`, () => runDue(schedule, deps))
        .catch((thrown: unknown) => ({
          slot: null,
          error: inWords(schedule.instanceId, thrown),
        })),
    ),
  );
  context.signal.throwIfAborted();
  const slots = outcomes.flatMap(({ slot }) => slot ?? []);
  const bad = outcomes.find(({ error }) => error !== null)?.error ?? null;
  if (bad === null) return { slots };
  throw new RoomError(bad.code, bad.message, { ...(bad.hint === null ? {} : { hint: bad.hint }), details: { slots } });
}

type Outcome = { readonly slot: ScheduleSlot | null; readonly error: RoomError | null };

const inWords = (instanceId: string, thrown: unknown): RoomError => {
  const { code, message, hint } = toErrorPayload(thrown);
  return new RoomError(code, `Machine ${instanceId}: ${message}`, hint === null ? {} : { hint });
};

/** Runs what is due of one machine, or says what became of its slot already. */
async function runDue(schedule: Schedule, deps: ScheduleDeps): Promise<Outcome> {
  const { instanceId } = schedule;
  let ran: LedgerSlot | null = null;
  // First what a room has left behind, then the slot of this moment.
  for (let rounds = 0; rounds < 3; rounds++) {
    const claimed = await claimSlot(schedule, deps);
    if (claimed === null) break;
    ran = await runSlot(claimed, schedule.settings, deps);
  }
  if (ran === null) await weigh(instanceId, deps);
  const newest = ran ?? (await deps.database.read('schedule.slots', { instanceId, limit: 1 }))[0];
  if (newest === undefined) throw new RoomError('could_not_tell', 'Its slot could not be written down.');
  return { slot: withoutKey(newest), error: await wrongWith(newest, deps) };
}

async function wrongWith(slot: LedgerSlot, deps: ScheduleDeps): Promise<RoomError | null> {
  const error = (code: 'held' | 'tool_failed', words: string): RoomError =>
    new RoomError(code, `Machine ${slot.instanceId}: ${words}`);
  if (isFailure(slot.state)) return error(slot.state === 'held' ? 'held' : 'tool_failed', slot.because);
  if (slot.mirror === 'failed') return error('tool_failed', `Copied, and not mirrored: ${slot.mirrorBecause ?? ''}`);
  const incident = await deps.database.read('schedule.incident', { instanceId: slot.instanceId });
  if (incident === null) return null;
  return error('tool_failed', `${slot.because} Since ${incident.since} its copies are not good: ${incident.because}`);
}
