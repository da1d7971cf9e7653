import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadProblem } from '#shared/model/run.ts';
import { isCarryOverName } from '#shared/rules/clip-role.ts';
import { errnoOf, sayFsError } from './fs-errors.ts';
import { mapSome } from './map-some.ts';
import { isIgnoredName, isUndecodable, stageKeyOfResult } from './names.ts';
import type { ReadSettings } from './options.ts';

export type FileEntry = { readonly path: string; readonly sizeBytes: number; readonly modifiedMs: number };
export type RunFiles = {
  readonly files: readonly FileEntry[];
  /** Folders directly below the run root, without the runs that have a folder of their own there. */
  readonly topFolders: readonly string[];
  /** Hand-made copies of folders, relative. */
  readonly carryOver: readonly string[];
};

const statsAtOnce = 32;
const maxDepth = 24;

/**
 * Lists every file of a run folder with size and time. Other runs below it (a run root that is also a parent)
 * are left out, links that leave the folder are not followed, and what can't be read is reported.
 */
export async function listRunFiles(root: string, settings: ReadSettings, problems: ReadProblem[]): Promise<RunFiles> {
  const files: FileEntry[] = [];
  const carryOver: string[] = [];
  const topFolders: string[] = [];
  const seen = new Set([root]);
  const pending: { path: string; depth: number; isInFacility: boolean }[] = [
    { path: '', depth: 0, isInFacility: false },
  ];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    settings.signal?.throwIfAborted();
    const entries = await entriesOf(root, folder.path, problems);
    if (entries === null) continue;
    // Runs lie beside facilities, never inside one.
    const isInFacility = folder.isInFacility || (folder.depth === 1 && holdsResults(entries));
    if (folder.path !== '' && folder.depth <= 3 && !isInFacility && (await isOtherRun(root, folder.path, entries)))
      continue;
    if (folder.depth === 1) topFolders.push(folder.path);
    if (isCarryOverName(baseOf(folder.path)) && !folder.path.split('/').slice(0, -1).some(isCarryOverName))
      carryOver.push(folder.path);
    const plain: string[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      if (isUndecodable(entry.name)) {
        problems.push({ path, code: 'undecodable_name', message: 'The name is not UTF-8; the entry was left out.' });
      } else if (isIgnoredName(entry.name)) {
        continue;
      } else if (entry.isDirectory()) {
        if (folder.depth < maxDepth) pending.push({ path, depth: folder.depth + 1, isInFacility });
      } else if (entry.isFile()) {
        plain.push(path);
      } else if (entry.isSymbolicLink()) {
        const kind = await followLink(root, path, seen, problems);
        if (kind === 'folder') pending.push({ path, depth: folder.depth + 1, isInFacility });
        if (kind === 'file') plain.push(path);
      }
    }
    settings.signal?.throwIfAborted();
    const entriesHere = await mapSome(plain, statsAtOnce, (path) => statFile(root, path, problems));
    for (const file of entriesHere) if (file !== null) files.push(file);
    settings.onProgress({ step: 'files', done: files.length, total: null });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, topFolders: topFolders.toSorted(), carryOver: carryOver.toSorted() };
}

async function entriesOf(root: string, path: string, problems: ReadProblem[]): Promise<Dirent[] | null> {
  try {
    return await readdir(join(root, path), { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT')
      problems.push({ path, code: 'unreadable', message: `The folder was left out: ${sayFsError(error)}` });
    return null;
  }
}

function holdsResults(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => stageKeyOfResult(entry.name) !== null);
}

/** A folder below the root that is a run of its own: a summary in it, or a folder in it with stage results. */
async function isOtherRun(root: string, path: string, entries: readonly Dirent[]): Promise<boolean> {
  if (entries.some((entry) => entry.name === 'pipeline_summary.json')) return true;
  if (isCarryOverName(path)) return false;
  for (const entry of entries) {
    if (!entry.isDirectory() || isIgnoredName(entry.name)) continue;
    const inside = await readdir(join(root, path, entry.name)).catch((): string[] => []);
    if (inside.some((name) => !(stageKeyOfResult(name) ?? 's7_').startsWith('s7_'))) return true;
  }
  return false;
}

async function followLink(
  root: string,
  path: string,
  seen: Set<string>,
  problems: ReadProblem[],
): Promise<'file' | 'folder' | null> {
  try {
    const real = await realpath(join(root, path));
    if (real !== root && !real.startsWith(`${root}/`)) {
      problems.push({
        path,
        code: 'outside_root',
        message: `The link leads out of the run, to ${real}; it was not followed.`,
      });
      return null;
    }
    const info = await stat(real);
    if (info.isFile()) return 'file';
    if (join(root, path).startsWith(`${real}/`) || seen.has(real)) {
      problems.push({
        path,
        code: 'symlink_loop',
        message: `The link leads back to ${real === root ? 'the run folder' : real}; it was not followed.`,
      });
      return null;
    }
    seen.add(real);
    return info.isDirectory() ? 'folder' : null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ELOOP')
      problems.push({ path, code: 'symlink_loop', message: 'The link leads back to itself; it was not followed.' });
    // The alias the refresh loop leaves is an absolute path of the machine: dangling here in every run that has one.
    else if (code === 'ENOENT' && path.endsWith('/adapted_checkpoint')) return null;
    else if (code === 'ENOENT')
      problems.push({
        path,
        code: 'missing_file',
        message: 'A link to something that is not here (a path of the machine, as a rule).',
      });
    else problems.push({ path, code: 'unreadable', message: `The link was left out: ${sayFsError(error)}` });
    return null;
  }
}

async function statFile(root: string, path: string, problems: ReadProblem[]): Promise<FileEntry | null> {
  try {
    const info = await stat(join(root, path));
    return { path, sizeBytes: info.size, modifiedMs: info.mtimeMs };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') problems.push({ path, code: 'unreadable', message: sayFsError(error) });
    return null;
  }
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
