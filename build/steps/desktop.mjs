import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules } from './paths.mjs';

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

/**
 * Why the desktop shell can't be started here, in a sentence; null when it can.
 * @param {string | null} binary
 */
export function whyNoDesktop(binary) {
  if (binary === null) return "Electron's binary is not here: opening the room in the browser shell.";
  const { DISPLAY, WAYLAND_DISPLAY, ELECTRON_OVERRIDE_DIST_PATH } = process.env;
  // Whoever names a binary of their own knows what it needs.
  const needsDisplay = process.platform === 'linux' && !ELECTRON_OVERRIDE_DIST_PATH;
  if (needsDisplay && !DISPLAY && !WAYLAND_DISPLAY)
    return 'There is no display here: opening the room in the browser shell.';
  return null;
}

/** @param {string} path */
function ifThere(path) {
  return existsSync(path) ? path : null;
}
