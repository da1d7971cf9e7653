import { compareStageKeys, stageNames } from '#shared/model/stages.ts';
import type { StageCell } from '#shared/model/run.ts';

/** How a stage is drawn: letters of the classes in stage-strip.css. Stale and reused matter only for a result that counts. */
export function stageClassOf(cell: StageCell): string {
  const failedGate = cell.gateFailed ? ' w' : '';
  switch (cell.status) {
    case 'success':
      return (cell.stale ? 't' : cell.reused ? 'm' : 's') + failedGate;
    case 'failed':
      return 'f';
    case 'skipped':
      return 'k';
    case 'deferred':
      return 'd';
    case 'running':
      return 'r';
    case 'cut_off':
      return 'c';
    case 'not_reached':
      return 'n';
    case 'unknown':
      return 'u';
  }
}

/** The state of a stage in words: what the shape says. */
export function stageWordOf(cell: StageCell): string {
  const word = ((): string => {
    switch (cell.status) {
      case 'success':
        return cell.stale ? 'stale' : cell.reused ? 'reused' : 'done';
      case 'failed':
        return 'failed';
      case 'skipped':
        return 'skipped';
      case 'deferred':
        return 'deferred';
      case 'running':
        return 'running';
      case 'cut_off':
        return 'cut off';
      case 'not_reached':
        return 'not reached';
      case 'unknown':
        return 'unknown';
    }
  })();
  return cell.gateFailed ? `${word}, a gate failed` : word;
}

/** All stages in one sentence for assistive technology, grouped by state: `done S1, S1b; failed S2; …`. */
export function describeStages(cells: readonly StageCell[]): string {
  const groups = new Map<string, string[]>();
  for (const cell of cells) {
    const word = stageWordOf(cell);
    const group = groups.get(word) ?? [];
    group.push(stageNames(cell.key).short);
    groups.set(word, group);
  }
  return [...groups].map(([word, shorts]) => `${word} ${shorts.join(', ')}`).join('; ');
}

/** What counts when facilities of one run differ: trouble before work, work before what is open, then what was done. */
const weightiest: readonly StageCell['status'][] = [
  'failed',
  'cut_off',
  'unknown',
  'running',
  'not_reached',
  'success',
  'deferred',
  'skipped',
];

/** One cell of the strip and, where a run has several facilities, the words of each. */
export type FoldedCell = { readonly cell: StageCell; readonly words: string };

/**
 * One cell per stage in canonical order, also for a run over several facilities: the weightiest state
 * stands for all, stale and a failed gate of any count, and the words say how many are in which state.
 */
export function foldCells(cells: readonly StageCell[]): readonly FoldedCell[] {
  // Most runs have one facility, and a list draws this for every row that comes into view.
  if (new Set(cells.map((cell) => cell.key)).size === cells.length)
    return cells.map((cell) => ({ cell, words: stageWordOf(cell) }));
  const groups = new Map<string, StageCell[]>();
  for (const cell of cells) groups.set(cell.key, [...(groups.get(cell.key) ?? []), cell]);
  return [...groups]
    .toSorted(([a], [b]) => compareStageKeys(a, b))
    .map(([key, group]) => {
      const status = weightiest.find((each) => group.some((cell) => cell.status === each)) ?? 'unknown';
      const counts = new Map<string, number>();
      for (const cell of group) counts.set(stageWordOf(cell), (counts.get(stageWordOf(cell)) ?? 0) + 1);
      return {
        cell: {
          key,
          status,
          reused: group.every((cell) => cell.reused),
          stale: group.some((cell) => cell.stale),
          gateFailed: group.some((cell) => cell.gateFailed),
        },
        words: [...counts].map(([word, count]) => `${word} in ${count} of ${group.length}`).join(', '),
      };
    });
}
