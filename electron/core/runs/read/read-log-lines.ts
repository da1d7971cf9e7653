import { open } from 'node:fs/promises';
import type { LogLine } from '#shared/model/log.ts';
import { createLogTracker, type LogPosition, type TrackedLine } from '#shared/rules/log-tracker.ts';
import { createLineSplitter } from './line-splitter.ts';

const chunkBytes = 256 * 1024;

/** Where to begin; all of it is given back with each batch, so that a grown log is read on from there. */
export type LogStart = {
  /** Byte offset of the start of a line. */
  readonly fromByte?: number;
  /** Number of that line, 1-based. */
  readonly startLine?: number;
  /** Stage that was running there, and for `enriched/console.log` the stage it belongs to. */
  readonly stageKey?: string | null;
  /** Stage and time of the line before, which a traceback's next lines inherit. */
  readonly lastStageKey?: string | null;
  readonly lastAt?: string | null;
};

export type LogBatch = {
  readonly lines: readonly LogLine[];
  /** Offset after the last line of the batch: the `fromByte` to go on from. */
  readonly nextByte: number;
  readonly nextLine: number;
  readonly stageKey: string | null;
  readonly lastStageKey: string | null;
  readonly lastAt: string | null;
};

/**
 * Reads a log in batches, one per 256 KiB, in constant memory. Only complete lines are given out: half a line
 * at the end stays for the next time. Times are the host's local time without a zone and are taken as UTC.
 * Lines over 16 KiB are cut with a mark. Throws what the file system throws, and the signal's reason.
 */
export async function* readLogLines(
  path: string,
  start: LogStart = {},
  signal?: AbortSignal,
): AsyncGenerator<LogBatch, void, void> {
  for await (const batch of readTracked(path, start, false, signal)) {
    const { position } = batch;
    yield {
      lines: batch.tracked.map((item) => item.line),
      nextByte: batch.nextByte,
      nextLine: position.nextLine,
      stageKey: position.stageKey,
      lastStageKey: position.lastStageKey,
      lastAt: position.lastAt,
    };
  }
}

type TrackedBatch = {
  readonly tracked: readonly TrackedLine[];
  readonly nextByte: number;
  readonly position: LogPosition;
};

/** The same with the recognised events; `takesHalfLine` gives out what stands after the last line end too. */
export async function* readTracked(
  path: string,
  start: LogStart,
  takesHalfLine: boolean,
  signal?: AbortSignal,
): AsyncGenerator<TrackedBatch, void, void> {
  signal?.throwIfAborted();
  const tracker = createLogTracker({
    nextLine: start.startLine ?? 1,
    stageKey: start.stageKey ?? null,
    ...(start.lastStageKey === undefined ? {} : { lastStageKey: start.lastStageKey }),
    lastAt: start.lastAt ?? null,
  });
  let tracked: TrackedLine[] = [];
  const splitter = createLineSplitter((text) => tracked.push(tracker.take(text)));
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let readByte = start.fromByte ?? 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, readByte);
      if (bytesRead === 0) break;
      const consumed = splitter.take(buffer.subarray(0, bytesRead));
      if (consumed > 0) yield { tracked, nextByte: readByte + consumed, position: tracker.position() };
      tracked = [];
      readByte += bytesRead;
    }
    if (takesHalfLine && splitter.pendingBytes() > 0) {
      splitter.flush();
      yield { tracked, nextByte: readByte, position: tracker.position() };
    }
  } finally {
    await handle.close();
  }
}
