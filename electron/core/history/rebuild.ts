import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ImportDeps } from '../runs/import-deps.ts';
import { importRun } from '../runs/import.ts';

export type RebuildDeps = ImportDeps & { readonly convertedFolder: string };
type FoldDeps = Pick<RebuildDeps, 'database' | 'demoFolder' | 'convertedFolder'>;

type RebuildResult = { runCount: number; fromFolders: number; fromObservations: number; problems: ReadProblem[] };

/**
 * Makes `index.db` anew: from the run folders that are still there, and for runs whose folders are
 * gone from what was seen of them. The history is only read. Log lines of folders that are gone
 * can't be brought back, and the result says which.
 */
export async function rebuildIndex(deps: RebuildDeps, context: JobContext): Promise<RebuildResult> {
  const { database } = deps;
  const problems: ReadProblem[] = [];
  await context.step('Start an empty index', async () => {
    await database.write('index.recreate', undefined as never);
  });
  const runIds = await database.read('runs.allIds', undefined as never);
  // Never left half-way: readers keep the old index until the new one lists every run.
  await context.step('Runs from what was seen of them', async () => {
    try {
      await foldRuns(deps, runIds, (done) =>
        context.progress({ done, total: runIds.length, unit: 'runs', message: `${done} of ${runIds.length} runs` }),
      );
    } finally {
      await database.reopenReaders();
    }
  });

  const places = await database.read('runs.places', undefined as never);
  const readAgain = new Set<string>();
  await context.step('Logs and clips from the folders', async () => {
    for (const [i, place] of places.entries()) {
      context.signal.throwIfAborted();
      context.progress({ done: i, total: places.length, unit: 'runs', message: place.path });
      if (!place.isPresent) continue;
      try {
        problems.push(...(await readPlace(deps, place.path, context.signal, (runId) => readAgain.add(runId))));
      } catch (thrown) {
        if (context.signal.aborted) throw thrown;
        problems.push({ path: place.path, code: 'unreadable', message: toErrorPayload(thrown).message });
      }
    }
  });
  context.progress({
    done: places.length,
    total: places.length,
    unit: 'runs',
    message: `${places.length} places read`,
  });
  await database.write('index.markComplete', undefined as never);

  for (const place of places) {
    if (!place.isPresent && !readAgain.has(place.runId)) {
      problems.push({
        path: place.path,
        code: 'missing_file',
        message: 'The folder is gone: the run is shown as last seen, its log lines can not be searched.',
      });
    }
  }
  deps.emit({ name: 'runs.changed', payload: { runIds: [] } });
  return {
    runCount: runIds.length,
    fromFolders: readAgain.size,
    fromObservations: runIds.filter((id) => !readAgain.has(id)).length,
    problems,
  };
}

/**
 * When the room opens: an index that was lost, or whose making was cut off, lists every run again, from what
 * was seen of it. What only `rebuildIndex` can bring back (log lines) stays missing, and `room.info` says so.
 */
export async function foldMissingRuns(deps: FoldDeps): Promise<number> {
  if (await deps.database.read('index.isComplete', undefined as never)) return 0;
  const missing = await deps.database.read('runs.unfoldedIds', undefined as never);
  if (missing.length > 0) await foldRuns(deps, missing, () => undefined);
  return missing.length;
}

async function foldRuns(deps: FoldDeps, runIds: readonly string[], onDone: (count: number) => void): Promise<void> {
  const { database, convertedFolder, demoFolder } = deps;
  await database.write('media.restoreConvertedPlaces', { root: convertedFolder });
  for (const [i, runId] of runIds.entries()) {
    await database.write('runs.fold', { runId, demoFolder });
    onDone(i + 1);
  }
  await database.write('events.indexNotes', undefined as never);
}

async function readPlace(
  deps: RebuildDeps,
  path: string,
  signal: AbortSignal,
  onRun: (runId: string) => void,
): Promise<ReadProblem[]> {
  const { roots } = await deps.tasks.call('runs.find', { path }, { signal });
  const root = roots.find((it) => it.root === path);
  if (root === undefined) throw new RoomError('no_run_found', `${path} is no run folder any more.`);
  const { run, problems } = await importRun(deps, root, signal);
  onRun(run.runId);
  return problems;
}
