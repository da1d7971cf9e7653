import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ImportDeps } from '../runs/import-deps.ts';
import { importRun } from '../runs/import.ts';

export type RebuildDeps = ImportDeps & { readonly convertedFolder: string };

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
    await database.reopenReaders();
    await database.write('media.restoreConvertedPlaces', { root: deps.convertedFolder });
  });

  const runIds = await database.read('runs.allIds', undefined as never);
  await context.step('Runs from what was seen of them', async () => {
    for (const [i, runId] of runIds.entries()) {
      context.signal.throwIfAborted();
      await database.write('runs.fold', { runId, demoFolder: deps.demoFolder });
      context.progress({
        done: i + 1,
        total: runIds.length,
        unit: 'runs',
        message: `${i + 1} of ${runIds.length} runs`,
      });
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
  await database.write('events.indexNotes', undefined as never);

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
