import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import type { ProofStep } from '#shared/model/schedule.ts';
import { scheduled } from './scheduled-machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const statesOf = (steps: readonly ProofStep[]): string[] => steps.map(({ name, state }) => `${name} ${state}`);

const stepsOf = (thrown: unknown): ProofStep[] =>
  thrown instanceof RoomError ? ((thrown.details as { readonly steps?: ProofStep[] }).steps ?? []) : [];

function leftOver(workspace: string): string[] {
  const proofs = join(workspace, 'mirror', 'proofs');
  return existsSync(proofs) ? readdirSync(proofs) : [];
}

test('the whole chain is proved by a file that came back from the bucket', async () => {
  const { core, instanceId, root, workspace } = await scheduled();
  writeFileSync(join(root, 'a.log'), 'x');
  const proof = await core.call('sync.prove', { instanceId });
  expect(proof).toMatchObject({
    state: 'proved',
    instanceId,
    // A result, although the log is smaller.
    file: { path: 'work_dir/pipeline_summary.json', sizeBytes: 11 },
  });
  expect(statesOf(proof.steps)).toEqual(['copy done', 'mirror done', 'check done', 'restore done']);
  expect(proof.steps.every(({ jobId }) => jobId !== null)).toBe(true);
  expect(leftOver(workspace)).toEqual([]);
  const inBucket = async (): Promise<boolean[]> =>
    (await core.call('mirror.list', {})).items.map(({ isHere }) => isHere);
  expect(await inBucket(), 'the bucket and this computer have it').toEqual([true]);

  const named = await core.call('sync.prove', { instanceId, file: 'work_dir/a.log' });
  expect(named.file).toMatchObject({ path: 'work_dir/a.log', sizeBytes: 1 });
  await expect(core.call('sync.prove', { instanceId, file: 'work_dir/b.log' })).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('work_dir/b.log') as string,
  });
});

test('a proof ends at the step that fails, and says what was proved before it', async () => {
  const { core, instanceId, bucket, workspace } = await scheduled();
  await core.call('sync.prove', { instanceId });
  // Bytes in the bucket that are not the ones that were sent, and only reading them back tells.
  for (const name of bucket.names()) if (name.includes('/objects/')) bucket.rot(name);
  const thrown = await core.call('sync.prove', { instanceId }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'file_damaged', message: expect.stringContaining('Not proved.') as string });
  const steps = stepsOf(thrown);
  expect(steps.some(({ state }) => state === 'failed')).toBe(true);
  expect(steps[0]).toMatchObject({ name: 'copy', state: 'done' });
  expect(leftOver(workspace)).toEqual([]);
});

test('without a machine that answers nothing of it is proved', async () => {
  const { core, instanceId, sshd } = await scheduled();
  await sshd.close();
  const thrown = await core.call('sync.prove', { instanceId }).catch((error: unknown) => error);
  expect(statesOf(stepsOf(thrown))).toEqual([
    'copy failed',
    'mirror not_reached',
    'check not_reached',
    'restore not_reached',
  ]);
});
