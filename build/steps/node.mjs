import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './child.mjs';
import { modules, modulesBin } from './paths.mjs';
import { SetupFault, say } from './say.mjs';

const checkedPath = join(modules, '.node-checked');

/**
 * The Node.js that runs the room: the project's own 24, which npm installed as an optional package of
 * this platform; where there is none, the Node at hand if it can run the sources.
 * @returns {Promise<string>} its absolute path
 */
export async function ensureNode() {
  const own = join(modulesBin, 'node');
  if (existsSync(own) && (await runs(own))) return own;
  // Types are stripped without a flag from 22.18 on; better-sqlite3 needs 22.
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) {
    say(
      `No Node.js 24 for ${process.platform} ${process.arch} among the packages: using ${process.execPath} (${process.version})`,
    );
    return process.execPath;
  }
  throw new SetupFault(
    `The project's own Node.js 24 is not there for ${process.platform} ${process.arch}, and ${process.version} is too old to run the room (22.18 or newer is needed).`,
    'npm ci --include=optional; if that does not help, install Node.js 24 from https://nodejs.org, then repeat the command',
  );
}

/**
 * A binary of the wrong C library is there and does not start: it is tried once per installation.
 * @param {string} path
 */
async function runs(path) {
  if (existsSync(checkedPath) && readFileSync(checkedPath, 'utf8') === process.platform) return true;
  const { code, output } = await capture(path, ['--version']);
  if (code !== 0 || !output.startsWith('v')) return false;
  writeFileSync(checkedPath, process.platform);
  return true;
}
