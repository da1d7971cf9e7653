import type { LogLevel } from '../model/log.ts';

/** A line with the prefix of the pipeline's logger. */
export type ParsedLogLine = {
  readonly at: string | null;
  readonly level: LogLevel;
  readonly logger: string;
  readonly text: string;
};

const prefixed = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) \[([A-Z]+)\] ([^\s:]+): ([^]*)$/;

/**
 * Reads `YYYY-MM-DD HH:MM:SS,mmm [LEVEL] logger: message`. The time is the host's local time without a
 * zone; it is taken as UTC, which the rented machines run on. Null for a line without the prefix
 * (traceback, output of a child program, or the command line's summary).
 */
export function parseLogLine(raw: string): ParsedLogLine | null {
  const first = raw.charCodeAt(0);
  if (first < 48 || first > 57) return null;
  const match = prefixed.exec(raw);
  if (match === null) return null;
  const at = `${match[1]}T${match[2]}.${match[3]}Z`;
  return { at: isRealTime(at) ? at : null, level: levelOf(match[4]!), logger: match[5]!, text: match[6]! };
}

function isRealTime(iso: string): boolean {
  const ms = Date.parse(iso);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === iso;
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
