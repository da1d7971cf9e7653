import { stageNames } from '#shared/model/stages.ts';
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
