import { existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RoomError } from '#shared/errors.ts';

const mostFolders = 500;

type FolderList = {
  path: string;
  parent: string | null;
  folders: { name: string; path: string; looksLike: 'run' | 'snapshot' | 'folder' }[];
  truncated: boolean;
};

/** Folders in a folder, for choosing one: hidden ones left out, those that hold a run marked. */
export async function listFolders(path: string): Promise<FolderList> {
  const folder = resolve(path);
  let names: string[];
  try {
    const entries = await readdir(await realpath(folder), { withFileTypes: true });
    names = entries
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new RoomError('path_missing', `There is no folder ${folder}.`, { hint: 'Check the path.', cause });
    if (code === 'ENOTDIR')
      throw new RoomError('not_a_folder', `${folder} is a file.`, { hint: 'Name the folder it is in.', cause });
    throw new RoomError('path_unreadable', `${folder} can not be listed: ${(cause as Error).message}.`, {
      hint: 'Check its permissions.',
      cause,
    });
  }
  const shown = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, mostFolders);
  const folders = await Promise.all(
    shown.map(async (name) => {
      const child = join(folder, name);
      const isFolder = await stat(child).then(
        (it) => it.isDirectory(),
        () => false,
      );
      return isFolder ? { name, path: child, looksLike: looksLike(child) } : null;
    }),
  );
  const parent = dirname(folder);
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    folders: folders.filter((it) => it !== null),
    truncated: names.length > shown.length,
  };
}

function looksLike(folder: string): 'run' | 'snapshot' | 'folder' {
  if (existsSync(join(folder, 'sync_manifest.txt'))) return 'snapshot';
  if (existsSync(join(folder, 'pipeline_summary.json'))) return 'run';
  return 'folder';
}
