import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import { dropDuplicateRoots } from './duplicate-roots.ts';
import { errnoOf, sayFsError } from './fs-errors.ts';
import { isCurrentFolderName, isUndecodable, stageKeyOfResult } from './names.ts';
import { noRunFound } from './no-run-found.ts';
import type { ReadOptions } from './options.ts';
import type { FoundRunRoot } from './record.ts';
import { createSnapshotFinder } from './snapshot-of.ts';

/** How deep below the given folder runs are looked for: `vast/<id>/<tag>/work_dir/<run>` needs five. */
export const maxDepth = 8;
const maxFolders = 50_000;

/** Folders that stages fill: no run lies below them, and some hold very many files. */
const leafFolders = new Set([
  'renders',
  'robot_composite',
  'gemini_polish',
  'gaussian_augment',
  'splatsim',
  'enriched',
  'finetune',
  'policy_eval',
  'wm_refresh_loop',
  'rlds_export',
  'policy_finetune',
  'policy_rl_loop',
  'trained_eval',
  'policy_pair_train',
  'policy_pair_eval',
  'visual_fidelity',
  'spatial_accuracy',
  'warmup_cache',
  'cross_site',
  'policy_datasets',
  'lora_weights',
  'checkpoints',
  'openvla_datasets',
  'openvla_datasets_models',
]);

type Folder = { readonly path: string; readonly folders: readonly string[]; readonly files: readonly string[] };
type Search = {
  readonly signal: AbortSignal | undefined;
  readonly problems: ReadProblem[];
  readonly seen: Set<string>;
  readonly roots: string[];
  folderCount: number;
};

/**
 * Finds the run folders at or below any folder: a snapshot, a run, a parent of several (also one that is itself
 * a run), or a folder of snapshots of many instances. A run root holds `pipeline_summary.json`, or has a child
 * folder that holds `<stage>_result.json`. Links are followed once; loops and unreadable folders are reported.
 * Throws RoomError `path_missing`, `not_a_folder`, `path_unreadable` or `no_run_found`.
 */
export async function findRunRoots(
  path: string,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<{ roots: FoundRunRoot[]; problems: ReadProblem[] }> {
  const search: Search = { signal: options.signal, problems: [], seen: new Set(), roots: [], folderCount: 0 };
  const top = await openTop(path, search);
  if (holdsStageResult(top) && !(await isRunRoot(top, search))) {
    // A facility folder was chosen: the run is the folder above it.
    search.roots.push(dirname(top.path));
  } else {
    search.seen.clear();
    search.seen.add(top.path);
    await searchFolder(top, 0, [top.path], search);
  }
  if (search.roots.length === 0) throw await noRunFound(path, top, search.folderCount, search.problems);
  const placeOf = createSnapshotFinder();
  const found: FoundRunRoot[] = [];
  for (const root of search.roots) found.push({ root, ...(await placeOf(root)) });
  return { roots: await dropDuplicateRoots(found), problems: search.problems };
}

async function openTop(path: string, search: Search): Promise<Folder> {
  let real: string;
  try {
    real = await realpath(path);
    if (!(await stat(real)).isDirectory()) {
      throw new RoomError('not_a_folder', `${path} is a file, and runs are folders.`, {
        hint: 'Choose the folder that holds it: a run, a snapshot, or a folder of several.',
        details: { path },
      });
    }
    const entries = await readdir(real, { withFileTypes: true });
    return sortEntries(real, entries);
  } catch (error) {
    if (error instanceof RoomError) throw error;
    search.signal?.throwIfAborted();
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new RoomError('path_missing', `There is no folder at ${path}.`, {
        hint: 'Check the path, and that its disk is connected.',
        details: { path },
      });
    }
    throw new RoomError('path_unreadable', `${path} can not be read: ${sayFsError(error)}`, {
      hint: 'Allow reading it, then import again.',
      details: { path },
      cause: error,
    });
  }
}

function sortEntries(
  path: string,
  entries: readonly { name: string; isDirectory(): boolean; isSymbolicLink(): boolean; isFile(): boolean }[],
): Folder {
  const folders = entries.filter(
    (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isCurrentFolderName(entry.name),
  );
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  return { path, folders: folders.map((entry) => entry.name).toSorted(), files: files.map((entry) => entry.name) };
}

/** Opens a child folder. Null for what is no folder, was seen by another way, loops, or can not be read. */
async function openChild(
  parent: Folder,
  name: string,
  chain: readonly string[],
  search: Search,
): Promise<Folder | null> {
  search.signal?.throwIfAborted();
  const path = join(parent.path, name);
  try {
    const real = await realpath(path);
    if (chain.includes(real)) {
      search.problems.push({
        path,
        code: 'symlink_loop',
        message: `The link leads back to ${real}, which is above it; it was not followed.`,
      });
      return null;
    }
    if (search.seen.has(real)) return null;
    const entries = await readdir(real, { withFileTypes: true });
    search.seen.add(real);
    search.folderCount += 1;
    for (const entry of entries) {
      if (isUndecodable(entry.name))
        search.problems.push({
          path: join(path, entry.name),
          code: 'undecodable_name',
          message: 'The name is not UTF-8; the entry was left out.',
        });
    }
    return sortEntries(real, entries);
  } catch (error) {
    search.signal?.throwIfAborted();
    const code = errnoOf(error);
    // A dangling link or a link to a file: a checkpoint alias of the machine looks so.
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP')
      search.problems.push({
        path,
        code: 'symlink_loop',
        message: 'The link leads back to itself; it was not followed.',
      });
    else search.problems.push({ path, code: 'unreadable', message: `The folder was left out: ${sayFsError(error)}` });
    return null;
  }
}

async function searchFolder(folder: Folder, depth: number, chain: readonly string[], search: Search): Promise<void> {
  const children: Folder[] = [];
  let isRoot = holdsSummary(folder);
  for (const name of folder.folders) {
    if (leafFolders.has(name)) continue;
    if (search.folderCount >= maxFolders) break;
    const child = await openChild(folder, name, chain, search);
    if (child === null) continue;
    if (holdsStageResult(child)) isRoot = true;
    else children.push(child);
  }
  if (isRoot) search.roots.push(folder.path);
  if (depth >= maxDepth) return;
  for (const child of children) await searchFolder(child, depth + 1, [...chain, child.path], search);
  if (depth === 0 && search.folderCount >= maxFolders) {
    search.problems.push({
      path: folder.path,
      code: 'too_large',
      message: `The search ended after ${maxFolders} folders; runs may be missing. Import a folder further down.`,
    });
  }
}

async function isRunRoot(folder: Folder, search: Search): Promise<boolean> {
  if (holdsSummary(folder)) return true;
  for (const name of folder.folders) {
    const child = leafFolders.has(name) ? null : await openChild(folder, name, [folder.path], search);
    if (child !== null && holdsStageResult(child)) return true;
  }
  return false;
}

function holdsSummary(folder: Folder): boolean {
  return folder.files.includes('pipeline_summary.json');
}

/** True for a facility folder. The result of S7 lies in the run folder itself, so it makes no facility. */
function holdsStageResult(folder: Folder): boolean {
  if (holdsSummary(folder)) return false;
  return folder.files.some((name) => (stageKeyOfResult(name) ?? 's7_').startsWith('s7_') === false);
}
