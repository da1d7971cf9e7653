import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, sayFsError } from '../runs/read/fs-errors.ts';

export type TreeFile = { readonly path: string; readonly sizeBytes: number };
export type Tree = {
  /** Relative, in order. Links are not followed. */
  readonly files: readonly TreeFile[];
  readonly unread: readonly { readonly path: string; readonly because: string }[];
};

/**
 * Every file below a folder, or the file itself (as ''). What can not be read is named, never left out silently.
 * @param skips says of a relative path whether it is left out, with all below it
 */
export async function listTree(root: string, skips: (path: string) => boolean): Promise<Tree> {
  const files: TreeFile[] = [];
  const unread: { path: string; because: string }[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const own = join(root, folder);
    try {
      const isFile = folder === '' && !(await lstat(own)).isDirectory();
      if (isFile) {
        files.push({ path: '', sizeBytes: (await lstat(own)).size });
        continue;
      }
      for (const entry of await readdir(own, { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (skips(path)) continue;
        if (entry.isDirectory()) pending.push(path);
        else if (entry.isFile()) files.push({ path, sizeBytes: (await lstat(join(root, path))).size });
      }
    } catch (thrown) {
      // A file that is gone meanwhile is no fault; a folder that was asked for is.
      if (folder === '' || errnoOf(thrown) !== 'ENOENT') unread.push({ path: folder, because: sayFsError(thrown) });
    }
  }
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), unread };
}
