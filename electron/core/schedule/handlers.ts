import { hostname } from 'node:os';
import type { ScheduleItem } from '#shared/contract/schedule.ts';
import type { ScheduleSettings } from '#shared/model/schedule.ts';
import { slotOf } from '#shared/rules/slots.ts';
import type { Handlers } from '../dispatcher.ts';
import { nowIso, type ScheduleDeps } from './deps.ts';
import { weigh } from './incidents.ts';
import { pausedBecause } from './claim-slot.ts';
import { proveSync } from './prove-sync.ts';
import { syncOnce } from './sync-once.ts';
import { withoutKey, type Schedule } from './store.ts';

const first: ScheduleSettings = { isOn: true, intervalMinutes: 2, profileId: null, mirror: false };

type ScheduleMethods = 'schedule.set' | 'schedule.list' | 'sync.once' | 'sync.prove';

/** @param places `proofFolder`: where the file that a proof brings back lies until it was compared. */
export function scheduleHandlers(
  deps: ScheduleDeps,
  places: { readonly proofFolder: string },
): Pick<Handlers, ScheduleMethods> {
  const { database } = deps;
  return {
    'schedule.set': async ({ instanceId, isOn, ...more }, caller) => {
      const before = await database.read('schedule.of', { instanceId });
      const said = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
      const settings: ScheduleSettings = { ...(before?.settings ?? first), ...said, isOn };
      await database.write('schedule.set', {
        hostKey: hostname(),
        actor: caller.name,
        wallTime: nowIso(deps),
        set: { instanceId, settings },
      });
      await weigh(instanceId, deps);
      deps.emit({ name: 'schedule.changed', payload: {} });
      return toItem((await database.read('schedule.of', { instanceId }))!, 60, deps);
    },

    'schedule.list': async ({ slots }) => {
      const all = await database.read('schedule.all', undefined as never);
      return { items: await Promise.all(all.map((schedule) => toItem(schedule, slots, deps))) };
    },

    'sync.once': {
      subject: ({ instanceId }) => (instanceId === undefined ? 'what is due' : `machine ${instanceId}`),
      lane: 'sync once',
      // What was claimed is accounted for: the next call takes the next slot.
      isRestartable: false,
      run: ({ instanceId }, context) => syncOnce(instanceId ?? null, context, deps),
    },

    'sync.prove': {
      subject: ({ instanceId, target }) => `machine ${instanceId ?? target?.host ?? ''}`,
      lane: 'sync prove',
      // Its jobs end by themselves; what they proved is written into them.
      isRestartable: false,
      run: (input, context) => proveSync(input, context, { ...deps, ...places }),
    },
  };
}

async function toItem(schedule: Schedule, slotCount: number, deps: ScheduleDeps): Promise<ScheduleItem> {
  const { instanceId, settings, at, actor } = schedule;
  const intervalMs = settings.intervalMinutes * 60_000;
  const slots = await deps.database.read('schedule.slots', { instanceId, limit: slotCount });
  return {
    instanceId,
    settings,
    setAt: at,
    setBy: actor,
    nextSlotAt: settings.isOn ? new Date(slotOf(deps.clock.now(), intervalMs) + intervalMs).toISOString() : null,
    pausedBecause: await pausedBecause(instanceId, settings, deps),
    incident: await deps.database.read('schedule.incident', { instanceId }),
    slots: slots.map(withoutKey),
  };
}
