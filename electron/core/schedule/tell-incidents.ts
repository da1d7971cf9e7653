import type { Database } from '../db/database.ts';
import type { Clock, Notice } from '../ports.ts';
import type { UntoldIncident } from './store.ts';

/** What reached nobody is tried again after so long, and by the next room. */
const againMs = 10 * 60_000;

export type TellIncidents = {
  /** Tells what nobody was told of a machine's copies: what is wrong, and what was wrong while nobody could be reached. */
  untold(instanceId: string): Promise<void>;
  /** Tells that the copies of a machine are good again. */
  over(instanceId: string): Promise<void>;
};

/** `send` answers true when a person is reached: only then it counts as told. */
export function createTellIncidents(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly send: (notice: Notice) => Promise<boolean>;
}): TellIncidents {
  const { database, clock, send } = deps;
  const triedMs = new Map<string, number>();

  async function nameOf(instanceId: string): Promise<string> {
    const entry = await database.read('instances.entry', { id: instanceId });
    return entry?.instance.label ?? `machine ${instanceId}`;
  }

  return {
    async untold(instanceId) {
      for (const incident of await database.read('schedule.untold', { instanceId })) {
        const key = `${instanceId} ${incident.since} ${incident.closedAt ?? ''}`;
        const before = triedMs.get(key);
        // Several looks at once must not tell it twice.
        if (before !== undefined && Math.abs(clock.now() - before) < againMs) continue;
        triedMs.set(key, clock.now());
        if (await send(noticeOf(incident, await nameOf(instanceId))))
          await database.write('schedule.told', {
            instanceId,
            since: incident.since,
            at: new Date(clock.now()).toISOString(),
          });
      }
    },

    async over(instanceId) {
      await send({
        title: `Copied again: ${await nameOf(instanceId)}`,
        body: 'The newest copy is good.',
        urgency: 'normal',
      });
    },
  };
}

function noticeOf({ state, since, because, closedAt }: UntoldIncident, name: string): Notice {
  if (closedAt !== null)
    return {
      title: `Copies ${state === 'late' ? 'were late' : 'failed'} for a while: ${name}`,
      body: `From ${since} to ${closedAt}, and nobody could be told. ${because}`,
      urgency: 'normal',
    };
  return { title: `Copies ${state === 'late' ? 'are late' : 'fail'}: ${name}`, body: because, urgency: 'critical' };
}
