import { hostname } from 'node:os';
import type { LaunchRecord } from '#shared/model/launch.ts';
import type { LaunchDeps } from './deps.ts';

/**
 * Makes the machine of a launch ours, by an event, and sets its cap. Done twice it is done once.
 */
export async function adoptMachine(
  instanceId: string,
  launch: Pick<LaunchRecord, 'label' | 'actor' | 'plan'>,
  deps: Pick<LaunchDeps, 'database' | 'now' | 'emit'>,
): Promise<void> {
  const { database } = deps;
  const at = new Date(deps.now()).toISOString();
  const entry = await database.read('instances.entry', { id: instanceId });
  if (entry?.owner?.ownership !== 'ours')
    await database.write('instances.own', {
      hostKey: hostname(),
      actor: launch.actor,
      wallTime: at,
      owned: {
        instanceId,
        ownership: 'ours',
        owner: null,
        until: null,
        note: `Launched here as ${launch.label}, by plan ${launch.plan.id}.`,
      },
    });
  await database.write('budget.set', { instanceId, capUsd: launch.plan.cap.capUsd ?? 0, at });
  deps.emit({ name: 'instances.changed', payload: {} });
}
