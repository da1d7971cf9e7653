import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { SnapshotDeps } from './deps.ts';
import { machineOf } from './machine-of.ts';
import { snapshotOf } from './rows.ts';

/**
 * Pushes a snapshot to a machine. What would change there is found out first, and that is all unless it was told
 * otherwise; nothing is deleted unless the machine's id was typed.
 * @throws RoomError conflict while a pipeline works in the folder, invalid_input, file_damaged when the machine
 * does not have afterwards what was sent.
 */
export async function restoreSnapshot(
  input: MethodParsedInput<'snapshots.restore'>,
  context: JobContext,
  deps: SnapshotDeps,
): Promise<MethodOutput<'snapshots.restore'>> {
  const { signal } = context;
  const { instanceId, target } = machineOf(input);
  const item = await snapshotOf(input.id, deps);
  const mayDelete = input.delete && !input.dryRun;
  if (mayDelete && input.confirm?.trim() !== instanceId) {
    throw new RoomError(
      'invalid_input',
      `Deleting files on machine ${instanceId} has to be confirmed by typing its id. Nothing was sent.`,
      { hint: `Say "confirm": "${instanceId}". A dry run lists what would be deleted.` },
    );
  }
  if (!item.verified && !input.dryRun) {
    throw new RoomError('conflict', `Snapshot ${item.tag} is not verified, so it is not pushed to a machine.`, {
      hint: `snapshots.verify {"id":"${item.id}"} says what is wrong with it.`,
    });
  }
  const { plan, auth } = await context.step('Connect', async () => {
    await deps.ssh.shell.connected(target, signal);
    return deps.ssh.prepare(target);
  });
  const result = await context.step(input.dryRun ? 'Find out what would change' : 'Push and compare', () =>
    deps.transfer.call(
      'transfer.restore',
      {
        plan,
        auth,
        path: item.path,
        locals: input.items ?? null,
        isDryRun: input.dryRun,
        mayDelete: input.delete,
      },
      {
        signal,
        onPart: ({ done, total }: { readonly done: number; readonly total: number }) =>
          context.progress({ done, total, unit: 'bytes', message: 'Pushed' }),
      },
    ),
  );
  return { id: item.id, instanceId, isDryRun: input.dryRun, ...result };
}
