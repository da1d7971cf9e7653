import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { isExecutableFile } from './executable.ts';
import type { RunTool } from './tool-supervisor.ts';

const timeoutMs = 5000;

export type CrontabDeps = {
  readonly run: RunTool;
  readonly env: Readonly<Record<string, string>>;
  /** Where crontab is looked for. */
  readonly folders: readonly string[];
};

export type Crontab = {
  /** As `crontab -l` says it; empty when there is none. */
  readonly text: string;
  /** Puts the content of a file in its place. @throws RoomError tool_failed. */
  replace(file: string): Promise<void>;
};

/** This account's crontab; null where there is no cron. @throws RoomError tool_failed when it can not be read. */
export async function openCrontab({ run, env, folders }: CrontabDeps): Promise<Crontab | null> {
  let found: string | null = null;
  for (const folder of folders) {
    const candidate = join(folder, 'crontab');
    found ??= (await isExecutableFile(candidate)) ? candidate : null;
  }
  if (found === null) return null;
  const common = { path: found, env, timeoutMs, killAfterMs: 200 };
  const listed = await run({ ...common, args: ['-l'], okExitCodes: [0, 1] });
  if (listed.exitCode === 1 && !/no crontab/i.test(listed.stderrTail))
    throw new RoomError('tool_failed', listed.stderrTail.trim() || 'It ended with code 1.');
  return {
    text: listed.exitCode === 1 ? '' : listed.stdout.toString('utf8'),
    async replace(file) {
      await run({ ...common, args: [file] });
    },
  };
}
