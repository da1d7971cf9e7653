import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload, type Envelope } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Log } from '../ports.ts';
import type { DemoProvider } from './open-demo-provider.ts';

const ours = ['32182930', '32182944', '32182955', '32183122'];
const known = { id: '32183107', owner: 'Mara' };
const caps = [{ capUsd: 120 }, { instanceId: '32182944', capUsd: 25 }];

const armed = { id: '32182944', maxRunHours: 5 };
const seeder = 'the room';
/** So long ago somebody began to look, as the sparklines show it. */
const lookedForMinutes = 40;

/**
 * What the team of the demo decided before anybody looked: whose each machine is, two caps and a guard, and
 * how busy the machines were. Said once, by the methods that a person uses; what a person said since stays.
 */
export async function seedDemoFleet(deps: {
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  readonly provider: Pick<DemoProvider, 'pastLoad'>;
  readonly now: () => number;
}): Promise<void> {
  const { database, dispatcher, provider } = deps;
  const say = async (method: string, input: unknown): Promise<unknown> => {
    const answer: Envelope<unknown> = await dispatcher.dispatch(method, input, { actor: 'schedule', name: seeder });
    if (!answer.ok) throw RoomError.fromPayload(answer.error);
    return answer.value;
  };
  const rememberLoads = async (): Promise<void> => {
    const { items } = (await say('instances.list', {})) as MethodOutput<'instances.list'>;
    const nowMs = deps.now();
    for (const { id, phase, startedAt, burnRatePerHourUsd } of items) {
      if (phase !== 'running' || startedAt === null) continue;
      const minutes = Math.min(lookedForMinutes, (nowMs - Date.parse(startedAt)) / 60_000);
      const points = Array.from({ length: Math.floor(minutes) }, (_, index) => ({
        at: new Date(nowMs - (index + 1) * 60_000).toISOString(),
        gpuUtilPercent: provider.pastLoad(id, (index + 1) * 60),
      }));
      await database.write('demo.rememberLoad', { id, ratePerHourUsd: burnRatePerHourUsd, points });
    }
  };
  try {
    await rememberLoads();
    const owned = new Set(await database.read('demo.ownedIds', undefined as never));
    for (const id of ours) if (!owned.has(id)) await say('instances.adopt', { id, as: 'ours' });
    if (!owned.has(known.id)) await say('instances.adopt', { id: known.id, as: 'known', owner: known.owner });
    const capped = new Set((await database.read('budget.all', undefined as never)).map((it) => it.instanceId));
    for (const cap of caps) if (!capped.has(cap.instanceId ?? null)) await say('budget.set', cap);
    const { arming } = await database.read('guards.record', { instanceId: armed.id });
    // The machine began anew with the room, and so does its deadline.
    const deadlineMs = Date.parse(arming?.settings.deadlineAt ?? '');
    const isOurs = arming === null || (arming.isArmed && arming.actor === seeder);
    if (isOurs && !(deadlineMs > deps.now() + 3_600_000)) await say('guards.arm', armed);
  } catch (thrown) {
    // Closed again at once, or the disk failed: what was not said is said at the next start.
    deps.log({ level: 'warn', area: 'demo', message: toErrorPayload(thrown).message });
  }
}
