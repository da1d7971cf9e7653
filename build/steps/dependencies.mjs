import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, pathWithoutModules } from './child.mjs';
import { lockfile, modules, root } from './paths.mjs';
import { SetupFault, saying } from './say.mjs';
import { withSetupLock } from './setup-lock.mjs';

const stampPath = join(modules, '.stamp');

/** npm's own record of what it installed. */
const installedPath = join(modules, '.package-lock.json');

/**
 * Makes node_modules what package-lock.json says. Quick when it is: one hash and one small file.
 */
export async function ensureDependencies() {
  if (isStamped()) return;
  await withSetupLock(async () => {
    if (isStamped()) return;
    if (!installedMatchesLockfile()) await install();
    writeStamp();
  });
}

function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(lockfile)).digest('hex');
  return `${hash} ${process.platform} ${process.arch}`;
}

function isStamped() {
  try {
    return readFileSync(stampPath, 'utf8') === wantedStamp();
  } catch {
    return false;
  }
}

function writeStamp() {
  try {
    writeFileSync(stampPath, wantedStamp());
  } catch (thrown) {
    throw faultOfDisk(/** @type {NodeJS.ErrnoException} */ (thrown).code) ?? thrown;
  }
}

/**
 * After `npm install` by hand there is no stamp of ours, but npm's record tells whether anything is
 * left to do.
 */
function installedMatchesLockfile() {
  /** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Entry */
  /** @type {Record<string, Entry>} */
  let wanted;
  /** @type {Record<string, Entry>} */
  let installed;
  try {
    wanted = JSON.parse(readFileSync(lockfile, 'utf8')).packages;
    installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  } catch {
    return false;
  }
  const same = (/** @type {Entry | undefined} */ a, /** @type {Entry | undefined} */ b) =>
    a !== undefined && b !== undefined && a.version === b.version && a.integrity === b.integrity;
  // Optional ones may be absent: those of other platforms are.
  const nothingMissing = Object.entries(wanted).every(
    ([path, entry]) => path === '' || same(installed[path], entry) || (entry.optional === true && !installed[path]),
  );
  return nothingMissing && Object.entries(installed).every(([path, entry]) => same(wanted[path], entry));
}

async function install() {
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--engine-strict=false', '--no-audit'];
  const env = { ...process.env, PATH: pathWithoutModules().join(delimiter) };
  await saying('Installing npm packages (npm ci)', async () => {
    const { code, output, fault } = await capture('npm', args, env);
    if (fault !== null) throw faultOfStart(fault);
    if (code !== 0) throw faultOfNpm(output);
    // npm exits 0 when it could not write a file of a package: it only warns.
    const unwritten = /TAR_ENTRY_ERROR (\w+)/.exec(output)?.[1];
    if (unwritten !== undefined) {
      rmSync(installedPath, { force: true });
      throw faultOfDisk(unwritten) ?? new SetupFault(`npm ci left files out (${unwritten}).`, 'npm ci');
    }
  });
}

/** @param {NodeJS.ErrnoException} fault */
function faultOfStart(fault) {
  if (fault.code === 'ENOENT') {
    return new SetupFault(
      'npm is not on the PATH, and the packages of this project are not installed.',
      'install npm (it comes with Node.js; on Debian: sudo apt-get install -y npm), then repeat the command',
    );
  }
  return new SetupFault(`npm could not be started: ${fault.message}`, 'npm --version');
}

/** @param {string} output */
function faultOfNpm(output) {
  const code = /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? 'unknown';
  if (
    ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'ERR_SOCKET_TIMEOUT'].includes(
      code,
    )
  ) {
    return new SetupFault(
      `The npm registry could not be reached (${code}), and the packages of this project are not installed.`,
      'connect to the network (npm ping tells), then repeat the command',
    );
  }
  const ofDisk = faultOfDisk(code);
  if (ofDisk !== null) return ofDisk;
  if (code === 'EUSAGE') {
    return new SetupFault('package.json and package-lock.json do not agree.', 'npm install, then repeat the command');
  }
  const tail = output.trim().split('\n').slice(-12).join('\n  ');
  return new SetupFault(`npm ci failed (${code}):\n  ${tail}`, 'npm ci');
}

/** @param {string | undefined} code */
function faultOfDisk(code) {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new SetupFault(
        `The disk of ${root} is full.`,
        `free some space (about 1 GB; df -h ${root}), then repeat the command`,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SetupFault(
        `Nothing can be written in ${root} (${code}).`,
        `make the folder yours (sudo chown -R "$(id -un)" ${root}), then repeat the command`,
      );
    default:
      return null;
  }
}
