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
  const cache =
    environment['electron_config_cache'] ??
    (process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Caches', 'electron')
      : join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'electron'));
  try {
    return readdirSync(cache).some(
      (name) => name === zipName(target) || existsSync(join(cache, name, zipName(target))),
    );
  } catch {
    return false;
  }
}

/** True when the place where Electron is released answers within five seconds. */
export async function canDownload(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const mirror = environment['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  try {
    const answer = await fetch(`${mirror}v${electronVersion()}/SHASUMS256.txt`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
