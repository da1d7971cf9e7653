import { RoomError, toErrorPayload, type Envelope } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Log } from '../ports.ts';

const ours = ['32182930', '32182944', '32182955', '32183122'];
const known = { id: '32183107', owner: 'Mara' };
const caps = [{ capUsd: 120 }, { instanceId: '32182944', capUsd: 25 }];

/**
 * What the team of the demo decided before anybody looked: whose each machine is, and two caps. Said once,
 * by the methods that a person uses; what a person said since stays.
 */
export async function seedDemoFleet(deps: {
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly log: Log;
}): Promise<void> {
  const { database, dispatcher } = deps;
  const say = async (method: string, input: unknown): Promise<void> => {
    const answer: Envelope<unknown> = await dispatcher.dispatch(method, input, { actor: 'schedule', name: 'the room' });
    if (!answer.ok) throw RoomError.fromPayload(answer.error);
  };
  try {
    const owned = new Set(await database.read('demo.ownedIds', undefined as never));
    for (const id of ours) if (!owned.has(id)) await say('instances.adopt', { id, as: 'ours' });
    if (!owned.has(known.id)) await say('instances.adopt', { id: known.id, as: 'known', owner: known.owner });
    const capped = new Set((await database.read('budget.all', undefined as never)).map((it) => it.instanceId));
    for (const cap of caps) if (!capped.has(cap.instanceId ?? null)) await say('budget.set', cap);
  } catch (thrown) {
    // Closed again at once, or the disk failed: what was not said is said at the next start.
    deps.log({ level: 'warn', area: 'demo', message: toErrorPayload(thrown).message });
  }
}
