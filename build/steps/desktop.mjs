import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, modules } from './paths.mjs';

/**
 * Electron's binary, found as the `electron` package finds it but without loading that package: it
 * starts a download when it is loaded.
 * @returns {string | null}
 */
export function electronBinary() {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') return ifThere(join(override, 'electron'));
  try {
    const name = readFileSync(join(modules, 'electron', 'path.txt'), 'utf8').trim();
    return ifThere(join(modules, 'electron', 'dist', name));
  } catch {
    return null;
  }
}

/** The entry of the desktop shell, or null in a tree without one. */
export const desktopEntry = () => ifThere(inRoot('electron', 'main', 'index.ts'));

/** @param {string} path */
function ifThere(path) {
  return existsSync(path) ? path : null;
}
