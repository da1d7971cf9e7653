import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from './event.ts';

/** A segment is closed and a new one begun when it has grown past this. */
const segmentLimitBytes = 1024 * 1024;

const eventsFolder = (workspace: string, deviceId: string): string => join(workspace, 'events', deviceId);

function segmentNames(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{6}\.jsonl$/.test(name))
        .toSorted()
    : [];
}

/** Appends one event to the device's newest segment and has it on disk before it returns. Throws what the disk throws. */
export function appendToSegment(workspace: string, event: HistoryEvent): void {
  const folder = eventsFolder(workspace, event.deviceId);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = segmentNames(folder);
  const last = names.at(-1);
  const isFull = last !== undefined && statSync(join(folder, last)).size >= segmentLimitBytes;
  const number = last === undefined ? 1 : Number(last.slice(0, 6)) + (isFull ? 1 : 0);
  const path = join(folder, `${String(number).padStart(6, '0')}.jsonl`);
  const file = openSync(path, 'a+', 0o600);
  try {
    // A line that was cut off by a crash must not swallow this one.
    const startsClean = endsWithNewline(path);
    writeSync(file, `${startsClean ? '' : '\n'}${JSON.stringify(event)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function endsWithNewline(path: string): boolean {
  const { size } = statSync(path);
  if (size === 0) return true;
  return readFileSync(path).at(-1) === 0x0a;
}

/** Devices that have segments in this workspace. */
export function segmentDevices(workspace: string): string[] {
  const folder = join(workspace, 'events');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^dev_[a-z2-7]+$/.test(name))
        .toSorted()
    : [];
}

/** Every event of a device in the order written. A line that is no event (cut off by a crash) is passed over. */
export function readSegments(workspace: string, deviceId: string): { readonly events: HistoryEvent[] } {
  const folder = eventsFolder(workspace, deviceId);
  return { events: segmentNames(folder).flatMap((name) => eventsIn(join(folder, name))) };
}

/** The last event of a device's newest segment; null when there is none. */
export function readLastEvent(workspace: string, deviceId: string): HistoryEvent | null {
  const folder = eventsFolder(workspace, deviceId);
  const newest = segmentNames(folder).at(-1);
  return newest === undefined ? null : (eventsIn(join(folder, newest)).at(-1) ?? null);
}

function eventsIn(path: string): HistoryEvent[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const event = JSON.parse(line) as HistoryEvent;
        return typeof event.hash === 'string' && typeof event.seq === 'number' ? [event] : [];
      } catch {
        return [];
      }
    });
}
