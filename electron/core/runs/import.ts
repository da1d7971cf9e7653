import { join } from 'node:path';
import type { ImportResult } from '#shared/contract/runs.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Clock } from '../ports.ts';
import type { FingerprintedMedia } from '../tasks/fingerprint-clips.ts';
import type { LogPart } from '../tasks/procedures.ts';
import type { ReadClipSignature } from '../media/signature-reader.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { ReplacedClip } from './observation-store.ts';
import type { FoundRunRoot, RunRecord } from './read/record.ts';

export type ImportDeps = {
  readonly database: Database;
  readonly tasks: TaskPool;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly mediaSalt: string;
  readonly demoFolder: string | null;
  /** One at a time for each run. */
  readonly perRun: <T>(runId: string, work: () => Promise<T>) => Promise<T>;
  readonly readClipSignature: ReadClipSignature;
  /** Links versions that an in-place conversion replaced; called after each run that changed. */
  readonly linkSuccessors: (runId: string, replaced: readonly ReplacedClip[]) => Promise<void>;
};

type ImportedRun = ImportResult['runs'][number];

/**
 * Reads every run below a folder into the history. One run that can't be read does not keep the
 * others out: what went wrong is told file by file. Nothing is written into the folder.
 */
export async function importFolder(deps: ImportDeps, path: string, context: JobContext): Promise<ImportResult> {
  const { signal } = context;
  const found = await context.step('Find runs', async () => {
    const result = await deps.tasks.call('runs.find', { path }, { signal });
    context.detail(`${result.roots.length} found`);
    return result;
  });
  const problems: ReadProblem[] = [...found.problems];
  const runs: ImportedRun[] = [];
  await context.step('Read runs', async () => {
    let done = 0;
    const report = (): void =>
      context.progress({
        done,
        total: found.roots.length,
        unit: 'runs',
        message: `${done} of ${found.roots.length} runs read`,
      });
    report();
    await forEachAtOnce(found.roots, deps.tasks.size + 1, async (root) => {
      signal.throwIfAborted();
      try {
        const imported = await importRun(deps, root, signal);
        runs.push(imported.run);
        problems.push(...imported.problems);
      } catch (thrown) {
        const error = toErrorPayload(thrown);
        // A disk that is full or a workspace that is gone fails every run: stop and say it once.
        if (signal.aborted || stopsImport.has(error.code)) throw thrown;
        problems.push({ path: root.root, code: 'unreadable', message: `This run was not imported: ${error.message}` });
      }
      done += 1;
      report();
    });
  });
  if (runs.length === 0 && found.roots.length > 0) {
    throw new RoomError(
      'path_unreadable',
      `None of the ${found.roots.length} runs below ${path} could be read: ${problems.at(-1)?.message ?? 'no reason known'}`,
      {
        hint: 'The problems are listed with the job.',
        details: { problems: problems.slice(0, 50) },
      },
    );
  }
  // A folder that was renamed is found under its new name and gone from its old one: say both.
  const elsewhere = await deps.database.write('runs.refreshPresence', { demoFolder: deps.demoFolder });
  const changed = new Set([...runs.map((run) => run.runId), ...elsewhere]);
  deps.emit({ name: 'runs.changed', payload: { runIds: [...changed].slice(0, 100) } });
  return { path, runs: runs.toSorted((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

const stopsImport: ReadonlySet<string> = new Set([
  'disk_full',
  'workspace_read_only',
  'workspace_damaged',
  'database_damaged',
  'engine_lost',
  'cancelled',
]);

/** Reads one run folder, stores what it says, then its log lines and what its clips are. */
export async function importRun(
  deps: ImportDeps,
  root: FoundRunRoot,
  signal: AbortSignal,
): Promise<{ run: ImportedRun; problems: ReadProblem[] }> {
  const { stored, versions } = await deps.tasks.call(
    'runs.read',
    { found: root, mediaSalt: deps.mediaSalt },
    { signal },
  );
  const { record } = stored;
  const now = new Date(deps.clock.now()).toISOString();
  const atPath = (problem: ReadProblem): ReadProblem => ({ ...problem, path: join(record.root, problem.path) });
  const problems = record.problems.map(atPath);

  await deps.database.write('media.saveVersions', {
    now,
    versions: versions.map((it) => ({ ...it, sha256: null, probe: null, signature: null })),
  });
  const saved = await deps.database.write('runs.saveObservation', {
    stored,
    observedAt: now,
    demoFolder: deps.demoFolder,
  });
  // Two snapshots of one run may be read at once; their logs are one.
  const newLogLines = await deps.perRun(saved.runId, () => indexLogs(deps, saved.runId, record, signal, problems));
  await examineMedia(deps, versions, record.root, signal, problems);
  if (saved.replaced.length > 0) await deps.linkSuccessors(saved.runId, saved.replaced);
  return {
    run: { runId: saved.runId, name: record.name, outcome: saved.outcome, clipCount: record.clips.length, newLogLines },
    problems,
  };
}

async function indexLogs(
  deps: ImportDeps,
  runId: string,
  record: RunRecord,
  signal: AbortSignal,
  problems: ReadProblem[],
): Promise<number> {
  let added = 0;
  for (const log of record.logs) {
    try {
      added += await indexLog(deps, runId, join(record.root, log.path), log.path, signal);
    } catch (thrown) {
      const error = toErrorPayload(thrown);
      if (signal.aborted || stopsImport.has(error.code)) throw thrown;
      problems.push({ path: join(record.root, log.path), code: 'unreadable', message: error.message });
    }
  }
  return added;
}

/** Adds the lines of a log that no generation of it holds yet. */
async function indexLog(
  deps: ImportDeps,
  runId: string,
  path: string,
  relativePath: string,
  signal: AbortSignal,
): Promise<number> {
  const states = await deps.database.read('logs.states', { runId, path: relativePath });
  let added = 0;
  const readOn = (known: (typeof states)[number] | null, generation: number): Promise<'read' | 'rewritten'> =>
    deps.tasks.call(
      'logs.readOn',
      { path, known, firstStageKey: relativePath.includes('enriched/') ? 's2_enrich' : null },
      {
        signal,
        onPart: async (part: LogPart) => {
          await deps.database.write('logs.addLines', { runId, path: relativePath, generation, ...part });
          added += part.lines.length;
        },
      },
    );
  for (const state of states) {
    if ((await readOn(state, state.generation)) === 'read') return added;
  }
  // An older snapshot may hold a shorter copy of a log that is already read further.
  if (states.length > 0 && (await isPrefixOfKnown(deps, path, states, signal))) return added;
  await readOn(null, (states[0]?.generation ?? -1) + 1);
  return added;
}

async function isPrefixOfKnown(
  deps: ImportDeps,
  path: string,
  states: readonly { readonly id: string; readonly prefixBytes: number }[],
  signal: AbortSignal,
): Promise<boolean> {
  const firstLines = await deps.tasks.call('logs.head', { path, lineCount: 200 }, { signal });
  for (const state of states) {
    if (firstLines.sizeBytes >= state.prefixBytes) continue;
    const known = await deps.database.read('logs.read', { id: state.id, offset: 0, limit: 200 });
    const same = firstLines.lines.every(
      (line, i) => known.items[i]?.text === line.text && known.items[i]?.at === line.at,
    );
    if (same && firstLines.lines.length <= known.items.length) return true;
  }
  return false;
}

/** Probes and hashes the versions nobody has looked at yet. */
async function examineMedia(
  deps: ImportDeps,
  versions: readonly FingerprintedMedia[],
  root: string,
  signal: AbortSignal,
  problems: ReadProblem[],
): Promise<void> {
  const unknown = new Set(await deps.database.read('media.unknown', { mediaIds: versions.map((it) => it.mediaId) }));
  const examined: Parameters<typeof deps.database.write<'media.saveVersions'>>[1]['versions'][number][] = [];
  for (const version of versions) {
    if (!unknown.has(version.mediaId)) continue;
    try {
      const { sha256, probe, problem } = await deps.tasks.call('media.examine', { path: version.path }, { signal });
      if (problem !== null) problems.push({ path: version.path, code: 'damaged_media', message: problem });
      // The pipeline converts clips in place that are not H.264 yet: keep what they look like while they are here.
      const signature =
        probe.codec === null || probe.codec.startsWith('avc')
          ? null
          : await deps.readClipSignature(version.path, probe.frameCount, signal);
      examined.push({
        mediaId: version.mediaId,
        sizeBytes: version.sizeBytes,
        headHash: version.headHash,
        tailHash: version.tailHash,
        sha256,
        probe,
        signature,
      });
    } catch (thrown) {
      const error = toErrorPayload(thrown);
      if (signal.aborted || stopsImport.has(error.code)) throw thrown;
      problems.push({
        path: version.path.startsWith(root) ? version.path : join(root, version.path),
        code: 'unreadable',
        message: error.message,
      });
    }
  }
  if (examined.length > 0)
    await deps.database.write('media.saveVersions', {
      now: new Date(deps.clock.now()).toISOString(),
      versions: examined,
    });
}

/** Runs `work` over the items, a few at once; the first failure stops the rest. */
async function forEachAtOnce<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runner));
}
