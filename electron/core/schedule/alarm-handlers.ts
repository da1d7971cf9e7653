import { RoomError } from '#shared/errors.ts';
import type { Delivery } from '#shared/model/schedule.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Ports } from '../ports.ts';
import { readOutsideAddress } from './outside-address.ts';
import type { Outside } from './outside.ts';

const kinds = ['webhook', 'heartbeat'] as const;

/** Who outside is told, whether that worked, and a try of it. */
export function alarmHandlers(deps: {
  readonly database: Database;
  readonly ports: Pick<Ports, 'environment' | 'secrets'>;
  readonly outside: Outside;
}): Pick<Handlers, 'schedule.alarms' | 'schedule.testAlarm'> {
  const { database, ports, outside } = deps;
  const tryOut = (kind: Delivery['kind']): Promise<Delivery | null> =>
    kind === 'heartbeat'
      ? outside.beat('test')
      : outside.post(
          { title: 'A test of the webhook', body: 'Copies that fail or are late are told here.', urgency: 'normal' },
          'test',
        );
  return {
    'schedule.alarms': async ({ limit }) => ({
      items: await Promise.all(
        kinds.map(async (kind) => {
          const address = await readOutsideAddress(kind, ports);
          return {
            kind,
            host: address.state === 'set' ? address.host : null,
            problem: address.state === 'unfit' ? address.problem : null,
            newest: await database.read('deliveries.newest', { kind, limit }),
          };
        }),
      ),
    }),
    'schedule.testAlarm': async ({ kind }) => {
      const delivery = await tryOut(kind);
      if (delivery === null)
        throw new RoomError('not_found', `No address of the ${kind} is set. Nothing was sent.`, {
          hint: `Set it on Schedule, or start the room with ROOM_${kind.toUpperCase()}_URL.`,
        });
      if (delivery.isTaken) return delivery;
      throw new RoomError('tool_failed', `The ${kind} was not reached: ${delivery.words}.`, {
        hint: 'Check the address, then send another test. Until then nobody outside hears of it.',
      });
    },
  };
}
