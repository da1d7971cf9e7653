import { join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { LogLine } from '#shared/model/log.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { LogPart } from '../tasks/procedures.ts';
import { stopsImport, type ImportDeps } from './import-deps.ts';
import type { RunRecord } from './read/record.ts';

/** Lines at either end by which two copies of a log are told to be the same. */
const comparedLines = 200;

/** Adds the lines of every log of a run that the search does not hold yet; answers how many. */
export async function indexLogs(
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

/** True when the whole of a log is the beginning of one that is known: its first and its last lines stand there too. */
async function isPrefixOfKnown(
  deps: ImportDeps,
  path: string,
  states: readonly { readonly id: string; readonly prefixBytes: number }[],
  signal: AbortSignal,
): Promise<boolean> {
  const ends = await deps.tasks.call('logs.ends', { path, lineCount: comparedLines }, { signal });
  const standsAt = async (logId: string, lines: readonly LogLine[], offset: number): Promise<boolean> => {
    const known = await deps.database.read('logs.read', { id: logId, offset, limit: comparedLines });
    return lines.every((line, i) => known.items[i]?.text === line.text && known.items[i]?.at === line.at);
  };
  for (const state of states) {
    if (ends.sizeBytes >= state.prefixBytes) continue;
    const isSame =
      (await standsAt(state.id, ends.first, 0)) &&
      (await standsAt(state.id, ends.last, ends.lineCount - ends.last.length));
    if (isSame) return true;
  }
  return false;
}
