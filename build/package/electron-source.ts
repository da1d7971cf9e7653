import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { modules } from '../steps/paths.mjs';
import { nameOf, type Target } from './target.ts';

/** The pinned Electron, as its package says it. */
export const electronVersion = (): string =>
  (JSON.parse(readFileSync(join(modules, 'electron', 'package.json'), 'utf8')) as { version: string }).version;

export const zipName = (target: Target): string => `electron-v${electronVersion()}-${nameOf(target)}.zip`;

/**
 * Electron for a target in a folder that a person named: the zip as it is released, the same unpacked
 * in a folder per target (`darwin-arm64/`), or one unpacked Electron. Null when it has none of them.
 */
export function electronIn(folder: string, target: Target): string | null {
  const zip = join(folder, zipName(target));
  if (existsSync(zip)) return zip;
  const proof = target.platform === 'darwin' ? 'Electron.app' : 'electron';
  return [join(folder, nameOf(target)), folder].find((each) => existsSync(join(each, proof))) ?? null;
}

/** True when the builder finds the zip where Electron's downloads are kept. */
export function isInCache(target: Target, environment: NodeJS.ProcessEnv): boolean {
  const folder = environment['electron_config_cache'] ?? cacheFolder('electron', environment);
  return cachedFiles(folder).includes(zipName(target));
}

/** True when the builder has fetched the programs before that make a dmg, an AppImage or a deb. */
export const areToolsInCache = (environment: NodeJS.ProcessEnv): boolean =>
  cachedFiles(environment['ELECTRON_BUILDER_CACHE'] ?? cacheFolder('electron-builder', environment)).length > 0;

function cacheFolder(name: string, environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', name);
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), name);
}

function cachedFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
}

/** True when the place where Electron is released answers within five seconds. */
export const canDownloadElectron = (environment: NodeJS.ProcessEnv): Promise<boolean> => {
  const mirror = environment['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  return answers(`${mirror}v${electronVersion()}/SHASUMS256.txt`);
};

/** The same for the builder's own programs. */
export const canDownloadTools = (environment: NodeJS.ProcessEnv): Promise<boolean> =>
  answers(
    environment['ELECTRON_BUILDER_BINARIES_MIRROR'] ??
      'https://github.com/electron-userland/electron-builder-binaries/releases',
  );

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(5000) })).status < 500;
  } catch {
    return false;
  }
}
