import type { LogLine } from '../model/log.ts';
import { readLogEvent, type LogEvent } from './log-event.ts';
import { parseLogLine } from './log-line.ts';

/** Where the reading of a log stands: enough to go on from a byte offset later. */
export type LogPosition = {
  /** Number of the next line, 1-based. */
  readonly nextLine: number;
  /** Stage that is running at this point of the log. */
  readonly stageKey: string | null;
  /** Stage of the line before, which unprefixed lines (tracebacks) belong to. */
  readonly lastStageKey: string | null;
  /** Time of the line before. */
  readonly lastAt: string | null;
};

export type TrackedLine = { readonly line: LogLine; readonly event: LogEvent | null };

const bareLevel = /^\[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\] /;

/**
 * Turns raw lines into log lines with time and stage. Lines without the logger's prefix inherit both from the
 * line before and have the level NONE, unless they begin with a bracketed level as Cosmos writes it.
 */
export function createLogTracker(from: Partial<LogPosition> = {}): {
  readonly take: (raw: string) => TrackedLine;
  readonly position: () => LogPosition;
} {
  let nextLine = from.nextLine ?? 1;
  let stageKey = from.stageKey ?? null;
  let lastStageKey = from.lastStageKey ?? stageKey;
  let lastAt = from.lastAt ?? null;

  function take(raw: string): TrackedLine {
    const line = nextLine;
    nextLine += 1;
    const parsed = parseLogLine(raw);
    if (parsed === null) {
      const level = (bareLevel.exec(raw)?.[1] ?? 'NONE') as LogLine['level'];
      return { line: { line, at: lastAt, level, logger: '', text: raw, stageKey: lastStageKey }, event: null };
    }
    const event = readLogEvent(parsed.text);
    const ownStage = event !== null && 'stageKey' in event ? event.stageKey : stageKey;
    if (event !== null) stageKey = stageAfter(event, stageKey);
    lastStageKey = ownStage;
    lastAt = parsed.at ?? lastAt;
    return { line: { line, ...parsed, at: lastAt, stageKey: ownStage }, event };
  }

  return { take, position: () => ({ nextLine, stageKey, lastStageKey, lastAt }) };
}

function stageAfter(event: LogEvent, current: string | null): string | null {
  switch (event.kind) {
    case 'start':
      return event.stageKey;
    case 'done':
    case 'raised':
    case 'failed':
    case 'abort':
    case 'facility':
    case 'end':
      return null;
    case 'reused':
    case 'dry_run':
    case 'budget':
    case 'no_rate':
    case 'shutdown':
    case 'boost':
    case 'hook':
    case 'builtin_prompts':
    case 'no_cross_site':
      return current;
  }
}
