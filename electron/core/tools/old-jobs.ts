import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { DoctorReport, OldJob } from '#shared/contract/tools.ts';
import { isExecutableFile } from './executable.ts';
import type { RunTool } from './tool-supervisor.ts';

/** The scripts that the room replaces: two schedulers at once would pull and delete behind each other's back. */
const oldScripts = [
  'vast_checkpoint_sync.sh',
  'vast_checkpoint_watch.sh',
  'b2_checkpoint_sync.sh',
  'vast_pause_safe.sh',
  'vast_resume_safe.sh',
] as const;

const listTimeoutMs = 5000;
const maxPlistBytes = 256 * 1024;

export type OldJobDeps = {
  readonly run: RunTool;
  readonly env: Readonly<Record<string, string>>;
  readonly homeDir: string;
  /** Where crontab is looked for. */
  readonly folders: readonly string[];
};

/**
 * Looks, without changing anything, for a cron line or a launchd agent of this account that still runs one of the old
 * sync scripts. What could not be looked at is said: unread is not none.
 */
export async function findOldJobs(deps: OldJobDeps): Promise<DoctorReport['oldJobs']> {
  const [cron, agents] = await Promise.all([readCrontab(deps), readLaunchAgents(deps.homeDir)]);
  return { items: [...cron.items, ...agents.items], unread: [...cron.unread, ...agents.unread] };
}

const scriptIn = (text: string): string | null => oldScripts.find((script) => text.includes(script)) ?? null;

/** The line as it may be shown: `NAME=value` keeps its name alone, since values may be keys. */
export function maskAssignments(line: string): string {
  return line
    .replaceAll(/([A-Za-z_][A-Za-z0-9_]*)=(?:"[^"]*"|'[^']*'|\S+)/g, '$1=…')
    .trim()
    .slice(0, 400);
}

async function readCrontab(deps: OldJobDeps): Promise<DoctorReport['oldJobs']> {
  const candidates = deps.folders.map((folder) => join(folder, 'crontab'));
  let path: string | null = null;
  for (const candidate of candidates) {
    path ??= (await isExecutableFile(candidate)) ? candidate : null;
  }
  // Without cron no line of it can run.
  if (path === null) return { items: [], unread: [] };
  try {
    const result = await deps.run({
      path,
      args: ['-l'],
      env: deps.env,
      timeoutMs: listTimeoutMs,
      killAfterMs: 200,
      okExitCodes: [0, 1],
    });
    if (result.exitCode === 1 && !/no crontab/i.test(result.stderrTail))
      return { items: [], unread: [`crontab -l: ${result.stderrTail.trim().slice(0, 200) || 'ended with code 1'}`] };
    const lines = result.stdout.toString('utf8').split('\n');
    const items = lines.flatMap((line): OldJob[] => {
      const script = line.trimStart().startsWith('#') ? null : scriptIn(line);
      if (script === null) return [];
      return [
        {
          where: 'crontab',
          line: maskAssignments(line),
          script,
          fix: `Type crontab -e and put # in front of the line that runs ${script}.`,
        },
      ];
    });
    return { items, unread: [] };
  } catch (thrown) {
    return { items: [], unread: [`crontab -l: ${toErrorPayload(thrown).message.slice(0, 200)}`] };
  }
}

async function readLaunchAgents(homeDir: string): Promise<DoctorReport['oldJobs']> {
  const folder = join(homeDir, 'Library', 'LaunchAgents');
  const items: OldJob[] = [];
  const unread: string[] = [];
  let names: readonly string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith('.plist'));
  } catch (thrown) {
    const isAbsent = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    return { items, unread: isAbsent ? [] : [`${folder} could not be read.`] };
  }
  for (const name of names.toSorted()) {
    const path = join(folder, name);
    try {
      // A binary plist keeps its strings as they are, so that one search does for both kinds.
      const text = (await readFile(path)).subarray(0, maxPlistBytes).toString('latin1');
      const script = scriptIn(text);
      if (script === null) continue;
      const label = basename(name, '.plist');
      items.push({
        where: path,
        line: label,
        script,
        fix: `launchctl bootout gui/$(id -u)/${label}, then move the file away.`,
      });
    } catch {
      unread.push(`${path} could not be read.`);
    }
  }
  return { items, unread };
}
