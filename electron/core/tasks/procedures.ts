import { realpath, stat } from 'node:fs/promises';
import type { LogLine } from '#shared/model/log.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { Piece, SourcePiece } from '../mirror/pieces.ts';
import { cutFile, stagePieces } from '../mirror/read-pieces.ts';
import { restoreFiles, type RestoreFile } from '../mirror/restore-files.ts';
import { hashFile } from '../media/media-id.ts';
import { probeVideo } from '../media/probe.ts';
import type { StoredProbe } from '../media/store.ts';
import { gateTasks } from '../review/gate-tasks.ts';
import { orientationTasks } from '../review/orientation-tasks.ts';
import type { LogPosition } from '../runs/log-store.ts';
import { findRunRoots } from '../runs/read/find-run-roots.ts';
import { readLogLines } from '../runs/read/read-log-lines.ts';
import { readRunFolder } from '../runs/read/read-run-folder.ts';
import type { FoundRunRoot } from '../runs/read/record.ts';
import type { StoredRecord } from '../runs/stored-record.ts';
import type { UnlockedKey } from '../ssh/unlock-key.ts';
import type { ProcedureContext } from '../threads/rpc.ts';
import { fingerprintClips, type FingerprintedMedia } from './fingerprint-clips.ts';
import { PrefixHash } from './prefix-hash.ts';

export type ReadRunResult = { readonly stored: StoredRecord; readonly versions: readonly FingerprintedMedia[] };

export type LogPart = {
  readonly lines: readonly LogLine[];
  readonly prefixBytes: number;
  readonly prefixHash: string;
  readonly position: LogPosition;
  readonly fallbackAtMs: number;
};

export type ExaminedMedia = { readonly sha256: string; readonly probe: StoredProbe; readonly problem: string | null };

/** Work that reads much or computes long: it runs here, so that the engine's own thread never waits. */
export const taskProcedures = {
  ...gateTasks,
  ...orientationTasks,

  'runs.find': async (
    input: { readonly path: string },
    { signal }: ProcedureContext,
  ): Promise<{ roots: FoundRunRoot[]; problems: ReadProblem[] }> => findRunRoots(input.path, { signal }),

  /** Reads a run folder and fingerprints its clips. */
  'runs.read': async (
    input: { readonly found: FoundRunRoot; readonly mediaSalt: string },
    { signal }: ProcedureContext,
  ): Promise<ReadRunResult> => {
    const record = await readRunFolder(input.found, { signal });
    const { media, versions, problems } = await fingerprintClips(record, input.mediaSalt, signal);
    return { stored: { record: { ...record, problems: [...record.problems, ...problems] }, media }, versions };
  },

  /**
   * Reads a log on from where it was read to, when its beginning is still the same bytes. Answers
   * `rewritten` when it is another log under the same name: that one is then read from its start.
   */
  'logs.readOn': async (
    input: {
      readonly path: string;
      readonly known: {
        readonly prefixBytes: number;
        readonly prefixHash: string;
        readonly position: LogPosition;
      } | null;
      readonly firstStageKey: string | null;
    },
    { signal, emit }: ProcedureContext,
  ): Promise<'read' | 'rewritten'> => {
    const { size, mtimeMs } = await stat(input.path);
    const prefix = new PrefixHash(input.path);
    if (input.known !== null) {
      if (size < input.known.prefixBytes) return 'rewritten';
      if ((await prefix.advanceTo(input.known.prefixBytes, signal)) !== input.known.prefixHash) return 'rewritten';
      if (size === input.known.prefixBytes) return 'read';
    }
    const position = input.known?.position;
    const start =
      position === undefined
        ? { stageKey: input.firstStageKey }
        : {
            fromByte: input.known!.prefixBytes,
            startLine: position.nextLine,
            stageKey: position.stageKey,
            lastStageKey: position.lastStageKey,
            lastAt: position.lastAt,
          };
    for await (const batch of readLogLines(input.path, start, signal)) {
      const part: LogPart = {
        lines: batch.lines,
        prefixBytes: batch.nextByte,
        prefixHash: await prefix.advanceTo(batch.nextByte, signal),
        position: {
          nextLine: batch.nextLine,
          stageKey: batch.stageKey,
          lastStageKey: batch.lastStageKey,
          lastAt: batch.lastAt,
        },
        fallbackAtMs: Math.floor(mtimeMs),
      };
      await emit(part);
    }
    return 'read';
  },

  /** First and last lines of a log and how many there are, to tell whether it is an earlier copy of one that is known. */
  'logs.ends': async (
    input: { readonly path: string; readonly lineCount: number },
    { signal }: ProcedureContext,
  ): Promise<{ first: LogLine[]; last: LogLine[]; lineCount: number; sizeBytes: number }> => {
    const first: LogLine[] = [];
    let last: LogLine[] = [];
    let lineCount = 0;
    for await (const { lines } of readLogLines(input.path, {}, signal)) {
      lineCount += lines.length;
      if (first.length < input.lineCount) first.push(...lines.slice(0, input.lineCount - first.length));
      last = [...last, ...lines].slice(-input.lineCount);
    }
    return { first, last, lineCount, sizeBytes: (await stat(input.path)).size };
  },

  /** Probes a clip and hashes it whole. */
  'media.examine': async (input: { readonly path: string }, { signal }: ProcedureContext): Promise<ExaminedMedia> => {
    const probed = await probeVideo(input.path, { signal });
    const sha256 = await hashFile(input.path, signal);
    if (!probed.ok) {
      const probe: StoredProbe = {
        codec: null,
        frameCount: null,
        fps: null,
        durationSeconds: null,
        widthPx: null,
        heightPx: null,
        playable: false,
        unplayableBecause: probed.message,
      };
      return { sha256, probe, problem: probed.message };
    }
    const probe: StoredProbe = {
      codec: probed.codec,
      frameCount: probed.frameCount,
      fps: probed.fps,
      durationSeconds: probed.durationSeconds,
      widthPx: probed.widthPx,
      heightPx: probed.heightPx,
      playable: probed.playable,
      unplayableBecause: probed.unplayableBecause,
    };
    return { sha256, probe, problem: probed.damage?.message ?? null };
  },

  /** Takes the passphrase off a private key: slow by its format. */
  'ssh.unlockKey': async (input: {
    readonly text: string;
    readonly passphrase: string | null;
  }): Promise<UnlockedKey> => {
    // Loaded with the first key, not with the thread.
    const { unlockKey } = await import('../ssh/unlock-key.ts');
    return unlockKey(input.text, input.passphrase);
  },
  'mirror.cut': async (
    input: { readonly folder: string; readonly path: string; readonly sha256: string; readonly sizeBytes: number },
    { signal }: ProcedureContext,
  ): Promise<Piece[]> => cutFile(input, signal),

  'mirror.stage': async (
    input: { readonly folder: string; readonly target: string; readonly pieces: readonly SourcePiece[] },
    { signal }: ProcedureContext,
  ): Promise<[string, string][]> => stagePieces(input, signal),

  'mirror.restore': async (
    input: { readonly objects: string; readonly target: string; readonly files: readonly RestoreFile[] },
    { signal }: ProcedureContext,
  ): Promise<void> => restoreFiles(input, signal),

  'paths.resolve': async (input: { readonly path: string }): Promise<string> => {
    try {
      return await realpath(input.path);
    } catch {
      // The finder says better than this what is wrong with a path.
      return input.path;
    }
  },
};
