import { existsSync, readFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { isWorkspace, writeAtomically } from './workspace.ts';
import { makeFolder } from './make-folder.ts';

/** Folder of what belongs to this computer and no workspace: the demo and the list of recent workspaces. */
export function roomHome(environment: NodeJS.ProcessEnv): string {
  const override = environment['ROOM_HOME'];
  if (override !== undefined && override !== '') return override;
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Blueprint Control Room');
  const base = environment['XDG_DATA_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'share') : base, 'blueprint-control-room');
}

export const demoWorkspacePath = (home: string): string => join(home, 'demo');

const recentSchema = z.array(z.object({ path: z.string(), isDemo: z.boolean(), lastOpenedAt: z.string() }));
export type RecentWorkspace = z.infer<typeof recentSchema>[number];

const recentFile = (home: string): string => join(home, 'recent.json');
const recentKept = 12;

/** Workspaces opened here, newest first. A list that can't be read is empty: nothing depends on it. */
export function readRecent(home: string): RecentWorkspace[] {
  try {
    return recentSchema.parse(JSON.parse(readFileSync(recentFile(home), 'utf8')));
  } catch {
    return [];
  }
}

export function rememberRecent(home: string, entry: RecentWorkspace): void {
  const others = readRecent(home).filter((it) => it.path !== entry.path);
  makeFolder(home);
  writeAtomically(recentFile(home), `${JSON.stringify([entry, ...others].slice(0, recentKept), null, 2)}\n`);
}

/** What a start without `--workspace` opens: the last one that is still there, else the demo. */
export function defaultWorkspacePath(home: string): string {
  return readRecent(home).find((it) => isWorkspace(it.path))?.path ?? demoWorkspacePath(home);
}

export function describeRecent(
  home: string,
): { path: string; name: string; isDemo: boolean; lastOpenedAt: string; exists: boolean }[] {
  return readRecent(home).map((it) => ({ ...it, name: basename(it.path), exists: existsSync(it.path) }));
}
