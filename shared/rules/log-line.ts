import type { LogLevel } from '../model/log.ts';

/** A line with the prefix of the pipeline's logger. */
export type ParsedLogLine = {
  readonly at: string | null;
  readonly level: LogLevel;
  readonly logger: string;
  readonly text: string;
};

/** The same date stands on nearly every line of a log, so its check is kept from line to line. */
let lastDate = '';
let isLastDateReal = false;

const clock = /^\d{4}-\d\d-\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d,\d{3} \[([A-Z]+)\] ([^\s:]+): /;
const anyClock = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[([A-Z]+)\] ([^\s:]+): /;

/**
 * Reads `YYYY-MM-DD HH:MM:SS,mmm [LEVEL] logger: message`. The time is the host's local time without a
 * zone; it is taken as UTC, which the rented machines run on. Null for a line without the prefix
 * (traceback, output of a child program, or the command line's summary).
 */
export function parseLogLine(raw: string): ParsedLogLine | null {
  const first = raw.charCodeAt(0);
  if (first < 48 || first > 57) return null;
  let match = clock.exec(raw);
  const isClockReal = match !== null;
  match ??= anyClock.exec(raw);
  if (match === null) return null;
  const date = raw.slice(0, 10);
  const at = isClockReal && isRealDate(date) ? `${date}T${raw.slice(11, 19)}.${raw.slice(20, 23)}Z` : null;
  return { at, level: levelOf(match[1]!), logger: match[2]!, text: raw.slice(match[0].length) };
}

function isRealDate(date: string): boolean {
  if (date === lastDate) return isLastDateReal;
  const ms = Date.parse(`${date}T00:00:00Z`);
  lastDate = date;
  isLastDateReal = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
  return isLastDateReal;
}

function levelOf(word: string): LogLevel {
  switch (word) {
    case 'DEBUG':
    case 'INFO':
    case 'WARNING':
    case 'ERROR':
    case 'CRITICAL':
      return word;
    case 'WARN':
      return 'WARNING';
    case 'FATAL':
      return 'CRITICAL';
    default:
      return 'NONE';
  }
}
