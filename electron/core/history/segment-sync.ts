import type { StoreContext } from '../db/store-context.ts';
import { eventsOf } from './event-rows.ts';
import { findChainFault, type HistoryEvent } from './event.ts';
import { appendToSegment, readLastEvent, readSegments, segmentDevices } from './segments.ts';

/** Devices with events in the database or in segments. */
export function knownDevices({ sql, folder }: StoreContext): string[] {
  const inDatabase = sql.all<{ device_id: string }>('SELECT DISTINCT device_id FROM event');
  return [...new Set([...inDatabase.map((row) => row.device_id), ...segmentDevices(folder)])].toSorted();
}

/**
 * The event is stored whether or not its segment can be written this moment. What is missing there goes
 * first the next time: an event after a gap would break the chain for good.
 */
export function keepInSegment(context: StoreContext, event: HistoryEvent): void {
  try {
    for (const each of missingInSegments(context, event)) appendToSegment(context.folder, each);
  } catch {
    // `decisions.verify` says what is missing until it is made good.
  }
}

function missingInSegments(context: StoreContext, event: HistoryEvent): readonly HistoryEvent[] {
  const { folder } = context;
  if ((readLastEvent(folder, event.deviceId)?.hash ?? null) === event.prevHash) return [event];
  const kept = readSegments(folder, event.deviceId).events;
  const events = eventsOf(context, event.deviceId);
  // A segment that says something else is a fault to be told: nothing is repaired over it.
  return kept.every((it, i) => it.hash === events[i]?.hash) ? events.slice(kept.length) : [event];
}

/** What is wrong with a device's chain, here or in its segments; `isRead` is false when the segments could not be read. */
export function compareWithSegments(
  context: StoreContext,
  device: string,
  events: readonly HistoryEvent[],
): { readonly fault: string | null; readonly isRead: boolean } {
  const inDatabase = findChainFault(events);
  let kept: readonly HistoryEvent[];
  try {
    kept = readSegments(context.folder, device).events;
  } catch (error) {
    const unread = `the segments can not be read: ${(error as Error).message}`;
    return { fault: inDatabase ?? unread, isRead: inDatabase !== null };
  }
  const differing = kept.find((event, i) => event.hash !== events[i]?.hash);
  const fault =
    inDatabase ??
    (kept.length === events.length ? null : `the segments hold ${kept.length} events, the database ${events.length}`) ??
    (differing === undefined ? null : `segment and database differ at event ${differing.seq}`) ??
    findChainFault(kept);
  return { fault, isRead: true };
}
