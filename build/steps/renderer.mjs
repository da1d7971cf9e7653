import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { capture, projectEnv } from './child.mjs';
import { inRoot, lockfile, root } from './paths.mjs';
import { SetupFault, saying } from './say.mjs';
import { withSetupLock } from './setup-lock.mjs';

const outFolder = inRoot('out', 'renderer');
const nextFolder = inRoot('out', 'renderer.next');
const stampPath = inRoot('out', 'renderer.stamp');
const config = inRoot('configs', 'tooling', 'vite.renderer.config.ts');

/**
 * Builds the page into out/renderer when what it is made of changed. A build that fails leaves the
 * last good one in place, and the command stops.
 * @param {string} node
 */
export async function ensureRenderer(node) {
  if (isFresh()) return;
  await withSetupLock(async () => {
    if (isFresh()) return;
    const stamp = hashInputs();
    await saying('Building the page (vite build)', () => build(node));
    rmSync(outFolder, { recursive: true, force: true });
    renameSync(nextFolder, outFolder);
    writeFileSync(stampPath, stamp);
  });
}

/** @param {string} node */
async function build(node) {
  mkdirSync(inRoot('out'), { recursive: true });
  const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', config, '--outDir', nextFolder, '--emptyOutDir', '--logLevel', 'warn'];
  const { code, output } = await capture(node, args, projectEnv());
  if (code === 0 && existsSync(join(nextFolder, 'index.html'))) return;
  const tail = stripVTControlCharacters(output)
    .trim()
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .slice(-40)
    .join('\n  ');
  throw new SetupFault(
    `The page could not be built:\n  ${tail}`,
    /ENOSPC/.test(output)
      ? `free some space (df -h ${root}), then repeat the command`
      : 'npm run check, which names the fault, then repeat the command',
  );
}

function isFresh() {
  try {
    return existsSync(join(outFolder, 'index.html')) && readFileSync(stampPath, 'utf8') === hashInputs();
  } catch {
    return false;
  }
}

/** By content, not by time: a fresh checkout gives every file a new time. */
function hashInputs() {
  const hash = createHash('sha256');
  const files = [
    lockfile,
    config,
    inRoot('configs', 'tooling', 'tsconfig.base.json'),
    ...filesOf(inRoot('renderer')),
    ...filesOf(inRoot('shared')),
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
