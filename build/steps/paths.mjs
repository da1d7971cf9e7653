import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string[]} parts */
export const inRoot = (...parts) => join(root, ...parts);

export const lockfile = inRoot('package-lock.json');
export const modules = inRoot('node_modules');
export const modulesBin = inRoot('node_modules', '.bin');
