import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from './event.ts';

/** An event as the database keeps it. */
export type EventRow = {
  id: string;
  device_id: string;
  seq: number;
  actor: string;
  type: string;
  payload: string;
  wall_time: string;
  logical_clock: number;
  prev_hash: string | null;
  hash: string;
};

function fromRow(row: EventRow): HistoryEvent {
  return {
    id: row.id,
    deviceId: row.device_id,
    seq: row.seq,
    actor: row.actor,
    type: row.type as HistoryEvent['type'],
    payload: JSON.parse(row.payload) as HistoryEvent['payload'],
    wallTime: row.wall_time,
    logicalClock: row.logical_clock,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

/** Every event of a device, in the order written. */
export function eventsOf({ sql }: StoreContext, device: string): HistoryEvent[] {
  return sql.all<EventRow>('SELECT * FROM event WHERE device_id = ? ORDER BY seq', [device]).map(fromRow);
}

export function insertEvent({ sql }: StoreContext, event: HistoryEvent): void {
  sql.run(
    `INSERT INTO event (id, device_id, seq, actor, type, payload, wall_time, logical_clock, prev_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      event.id,
      event.deviceId,
      event.seq,
      event.actor,
      event.type,
      JSON.stringify(event.payload),
      event.wallTime,
      event.logicalClock,
      event.prevHash,
      event.hash,
    ],
  );
}
