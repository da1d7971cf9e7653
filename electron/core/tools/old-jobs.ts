import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { DoctorReport, OldJob } from '#shared/contract/tools.ts';
import { openCrontab } from './crontab.ts';
import type { RunTool } from './tool-supervisor.ts';

/** The scripts that the room replaces: two schedulers at once would pull and delete behind each other's back. */
const oldScripts = [
  'vast_checkpoint_sync.sh',
  'vast_checkpoint_watch.sh',
  'b2_checkpoint_sync.sh',
  'vast_pause_safe.sh',
  'vast_resume_safe.sh',
] as const;

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
  try {
    const crontab = await openCrontab(deps);
    // Without cron no line of it can run.
    const lines = crontab === null ? [] : crontab.text.split('\n');
    return { items: lines.flatMap(oldJobOf), unread: [] };
  } catch (thrown) {
    return { items: [], unread: [`crontab -l: ${toErrorPayload(thrown).message.slice(0, 200)}`] };
  }
}

/** A line of a crontab that runs an old script, or the like of it by hand. */
export function oldJobOf(line: string): OldJob[] {
  const script = line.trimStart().startsWith('#') ? null : (scriptIn(line) ?? deletingRsyncIn(line));
  if (script === null) return [];
  return [
    {
      where: 'crontab',
      id: createHash('sha256').update(line).digest('hex').slice(0, 16),
      line: maskAssignments(line),
      script,
      fix: `Type crontab -e and put # in front of the line that runs ${script}.`,
      canDisable: true,
    },
  ];
}

/** What the old scripts did at their heart: a copy into `latest` that deletes there what the machine has lost. */
const deletingRsyncIn = (line: string): string | null =>
  /\brsync\b/.test(line) && /\s--del(?:ete(?:-\w+)*)?\b/.test(line) && /\/latest\b|vast/i.test(line)
    ? 'rsync --delete'
    : null;

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
        id: label,
        line: label,
        script,
        fix: `launchctl bootout gui/$(id -u)/${label}, then move the file away.`,
        canDisable: false,
      });
    } catch {
      unread.push(`${path} could not be read.`);
    }
  }
  return { items, unread };
}
