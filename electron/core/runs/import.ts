import { join } from 'node:path';
import type { ImportResult } from '#shared/contract/runs.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { examineMedia } from './examine-media.ts';
import { stopsImport, type ImportDeps } from './import-deps.ts';
import { indexLogs } from './index-logs.ts';
import type { FoundRunRoot } from './read/record.ts';

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

/** Runs `work` over the items, a few at once; the first failure stops the rest. */
async function forEachAtOnce<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runner));
}
