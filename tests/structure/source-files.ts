import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Top folders that hold neither source nor documents: made, installed, or git's own. */
const skipped = new Set(['.git', '.cache', 'node_modules', 'out', 'release', 'test-results']);

/** Data that people did not write: run folders as the pipeline writes them. */
const data = 'resources/demo';

/** Every file of the repository, as a path from its root with `/`. */
export function listFiles(folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !(folder === '' && skipped.has(entry.name)))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (path === data) return [];
      return entry.isDirectory() ? listFiles(path) : [path];
    });
}

export const topFolders = (): readonly string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name))
    .map((entry) => entry.name);

export const isSource = (path: string): boolean => /\.(?:[cm]?[jt]s|tsx)$/.test(path) && !path.endsWith('.d.ts');

export const isTest = (path: string): boolean => /\.(?:test|spec)\.tsx?$/.test(path);

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');
