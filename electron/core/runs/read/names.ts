import { isCarryOverName } from '#shared/rules/clip-role.ts';

/** Entries that say nothing about a run: dot files (also the pipeline's `.<name>.*.tmp` and `.DS_Store`). */
export function isIgnoredName(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db' || name === '__pycache__' || name === 'node_modules';
}

/** True for a name whose bytes are no UTF-8: it can not be opened by what was read. */
export function isUndecodable(name: string): boolean {
  return name.includes('\uFFFD');
}

const preRefresh = /_pre_refresh_result\.json$/;
const stageResult = /^(s\d\w*)_result\.json$/;

/**
 * The stage key of a `<stage>_result.json`, or null. `s4_policy_eval_pre_refresh_result.json` is a copy the
 * refresh keeps of the evaluation before it, not a stage.
 */
export function stageKeyOfResult(fileName: string): string | null {
  if (preRefresh.test(fileName)) return null;
  return stageResult.exec(fileName)?.[1] ?? null;
}

/** True for a folder name that can be a facility or a run: neither ignored nor a hand-made copy. */
export function isCurrentFolderName(name: string): boolean {
  return !isIgnoredName(name) && !isCarryOverName(name) && !isUndecodable(name);
}
