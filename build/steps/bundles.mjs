import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { capture, projectEnv } from './child.mjs';
import { inRoot, lockfile, root } from './paths.mjs';
import { SetupFault, saying } from './say.mjs';
import { withSetupLock } from './setup-lock.mjs';

/**
 * @typedef {object} Bundle
 * @property {string} name what a person calls it
 * @property {string} folder its folder in out/
 * @property {string[]} configs settings of vite, built in this order into one folder
 * @property {string[]} inputs folders with what it is made of
 * @property {string[]} proof files that a finished build has
 */

/** @type {Bundle} */
const page = {
  name: 'the page',
  folder: 'renderer',
  configs: ['vite.renderer.config.ts'],
  inputs: ['renderer', 'shared'],
  proof: ['index.html'],
};

/** @type {Bundle} */
const desktop = {
  name: 'the desktop shell',
  folder: 'desktop',
  configs: ['vite.desktop.config.ts', 'vite.preload.config.ts'],
  inputs: ['electron', 'shared'],
  proof: ['main.js', 'engine.js', 'preload.cjs'],
};

/**
 * Builds the page into out/renderer when what it is made of changed. A build that fails leaves the
 * last good one in place, and the command stops.
 * @param {string} node
 */
export const ensureRenderer = (node) => ensureBundle(node, page);

/**
 * The same for main, preload, engine and threads of the desktop shell, in out/desktop.
 * @param {string} node
 */
export const ensureDesktop = (node) => ensureBundle(node, desktop);

/**
 * @param {string} node
 * @param {Bundle} bundle
 */
async function ensureBundle(node, bundle) {
  if (isFresh(bundle)) return;
  await withSetupLock(async () => {
    if (isFresh(bundle)) return;
    const stamp = hashInputs(bundle);
    const folder = inRoot('out', bundle.folder);
    const nextFolder = `${folder}.next`;
    await saying(`Building ${bundle.name} (vite build)`, () => build(node, bundle, nextFolder));
    rmSync(folder, { recursive: true, force: true });
    renameSync(nextFolder, folder);
    writeFileSync(stampPath(bundle), stamp);
  });
}

/**
 * @param {string} node
 * @param {Bundle} bundle
 * @param {string} folder
 */
async function build(node, bundle, folder) {
  mkdirSync(inRoot('out'), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
  for (const config of bundle.configs) {
    const args = [vite, 'build', '--config', configPath(config), '--outDir', folder, '--logLevel', 'warn'];
    const { code, output } = await capture(node, args, projectEnv());
    if (code !== 0) throw faultOfBuild(bundle, output);
  }
  const missing = bundle.proof.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) throw faultOfBuild(bundle, `${missing.join(', ')} was not made`);
}

/**
 * @param {Bundle} bundle
 * @param {string} output
 */
function faultOfBuild(bundle, output) {
  const tail = stripVTControlCharacters(output)
    .trim()
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .slice(-40)
    .join('\n  ');
  const name = bundle.name.charAt(0).toUpperCase() + bundle.name.slice(1);
  return new SetupFault(
    `${name} could not be built:\n  ${tail}`,
    /ENOSPC/.test(output)
      ? `free some space (df -h ${root}), then repeat the command`
      : 'npm run check, which names the fault, then repeat the command',
  );
}

/** @param {Bundle} bundle */
function isFresh(bundle) {
  try {
    return (
      bundle.proof.every((name) => existsSync(inRoot('out', bundle.folder, name))) &&
      readFileSync(stampPath(bundle), 'utf8') === hashInputs(bundle)
    );
  } catch {
    return false;
  }
}

/** @param {Bundle} bundle */
const stampPath = (bundle) => inRoot('out', `${bundle.folder}.stamp`);

/** @param {string} name */
const configPath = (name) => inRoot('configs', 'tooling', name);

/**
 * By content, not by time: a fresh checkout gives every file a new time.
 * @param {Bundle} bundle
 */
function hashInputs(bundle) {
  const hash = createHash('sha256');
  const files = [
    lockfile,
    ...bundle.configs.map(configPath),
    configPath('tsconfig.base.json'),
    ...bundle.inputs.flatMap((folder) => filesOf(inRoot(folder))),
  ];
  for (const file of files) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesOf(path);
      return /\.test\.tsx?$|\.md$/.test(entry.name) ? [] : [path];
    });
}
