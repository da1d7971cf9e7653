import type { RoomInfo } from '#shared/contract/room.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../ports.ts';

/** Segments and database agree before anybody can write; what does not is told, not repaired. */
export async function reconcileEvents(database: Database, log: Log): Promise<RoomInfo['warnings']> {
  const { appended, restored, faults, unreachable } = await database.write('events.reconcile', undefined as never);
  if (appended + restored > 0)
    log({
      level: 'warn',
      area: 'history',
      message: `Events made good after a crash: ${appended} appended to segments, ${restored} restored from them`,
    });
  return [
    ...faults.map((fault) => ({
      code: 'event_chain_broken',
      message: `The chain of decisions is broken: ${fault}. Decisions are shown, but this chain proves nothing.`,
      hint: 'Compare the events folder of the workspace with a copy.',
    })),
    ...unreachable.map((why) => ({
      code: 'event_segments_unreachable',
      message: `Decisions are stored, but their segments can not be read or written: ${why}.`,
      hint: 'Check the events folder of the workspace and the space on its disk, then open the workspace again.',
    })),
  ];
}
