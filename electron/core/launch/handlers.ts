import type { Handlers } from '../dispatcher.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import { applyPlan } from './apply.ts';
import type { LaunchDeps } from './deps.ts';
import { planLaunch } from './plan.ts';
import { loadPresets, viewPreset } from './presets.ts';
import { searchOffers } from './search-offers.ts';

type LaunchMethods =
  | 'offers.search'
  | 'offers.gpuNames'
  | 'presets.list'
  | 'launch.plan'
  | 'launch.apply'
  | 'launch.list';

export function launchHandlers(
  deps: Omit<LaunchDeps, 'fleet' | 'timer' | 'now'> & { readonly open: OpenFleet },
): Pick<Handlers, LaunchMethods> {
  const { open, ...rest } = deps;
  const opened = (): LaunchDeps => {
    const { fleet, timer, actionTimer } = open();
    return { ...rest, fleet, timer: actionTimer, now: timer.now };
  };
  return {
    'offers.search': async (input) => {
      const { fleet, now } = opened();
      return searchOffers(input, { client: fleet.client, now });
    },
    'offers.gpuNames': async () => {
      const { fleet, now } = opened();
      const items = await fleet.client.readGpuNames({ priority: 'user' });
      return { items, observedAt: new Date(now()).toISOString() };
    },
    'presets.list': async () => {
      const { items, problems } = loadPresets(rest);
      return {
        items: await Promise.all(items.map((it) => viewPreset(it, rest.secrets))),
        problems: [...problems],
      };
    },
    'launch.plan': async (input) => planLaunch(input, opened()),
    'launch.apply': {
      subject: ({ planId }) => `plan ${planId}`,
      // Launches do not wait for each other: a machine may take half an hour to come up.
      lane: ({ planId }) => `plan ${planId}`,
      // From its record: what was sent is looked for, never sent again.
      isRestartable: true,
      run: async (input, context) => applyPlan(input, context, opened()),
    },
    'launch.list': async ({ instanceId, limit }) => ({
      items: await rest.database.read('launch.list', { instanceId: instanceId ?? null, limit }),
    }),
  };
}
