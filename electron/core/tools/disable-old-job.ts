import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { openCrontab, type CrontabDeps } from './crontab.ts';
import { maskAssignments, oldJobOf } from './old-jobs.ts';

/**
 * Puts a # in front of one line of the crontab, and of nothing else: after a copy of the whole, which only this
 * account can read, and read back afterwards.
 * @throws RoomError invalid_input unless what it runs was typed; not_found when the line is not there any more.
 */
export async function disableOldJob(
  input: MethodParsedInput<'tools.disableOldJob'>,
  deps: CrontabDeps & {
    readonly backupFolder: string;
    /** ISO */
    readonly now: string;
  },
): Promise<MethodOutput<'tools.disableOldJob'>> {
  const crontab = await openCrontab(deps);
  const lines = crontab?.text.split('\n') ?? [];
  const at = lines.findIndex((line) => oldJobOf(line)[0]?.id === input.id);
  if (crontab === null || at === -1)
    throw new RoomError('not_found', 'That line is not in the crontab any more. Nothing was changed.', {
      hint: 'Let the doctor look again.',
    });
  const [job] = oldJobOf(lines[at]!);
  if (input.confirm?.trim() !== job!.script)
    throw new RoomError('invalid_input', `Disabling the line has to be confirmed by typing ${job!.script}.`, {
      hint: `Nothing was changed. Say "confirm": "${job!.script}".`,
    });
  await mkdir(deps.backupFolder, { recursive: true, mode: 0o700 });
  const stamp = deps.now.replaceAll(/[-:.]/g, '');
  const backupPath = join(deps.backupFolder, `crontab-${stamp}.txt`);
  // It may have keys in it.
  await writeFile(backupPath, crontab.text, { mode: 0o600, flag: 'wx' });
  const disabled = `# disabled by Blueprint Control Room at ${deps.now}: ${lines[at]!}`;
  const wanted = lines.with(at, disabled).join('\n');
  const next = join(deps.backupFolder, `.crontab-${stamp}.next`);
  try {
    await writeFile(next, wanted, { mode: 0o600, flag: 'wx' });
    await crontab.replace(next);
  } finally {
    await rm(next, { force: true });
  }
  const after = (await openCrontab(deps))?.text;
  if (after?.trim() !== wanted.trim())
    throw new RoomError('tool_failed', 'The crontab does not read back as it was written.', {
      hint: `What it was is in ${backupPath}: crontab '${backupPath}' puts it back.`,
    });
  return { line: maskAssignments(disabled), backupPath };
}
