import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRunRoots } from '#core/runs/read/find-run-roots.ts';
import { readRunFolder } from '#core/runs/read/read-run-folder.ts';
import { isSameRun } from '#shared/rules/identity.ts';
import { buildRun, buildSnapshot } from '../support/runs/build-run.ts';
import { tempDir } from './temp-dir.ts';

const noClips = { clips: [] };
const found = async (path: string): Promise<string[]> => (await findRunRoots(path)).roots.map((root) => root.root);

test('a run, its parent, a folder that is both, and a facility folder', async () => {
  const dir = await tempDir();
  const outputs = await buildRun(join(dir, 'outputs'), noClips);
  const inner = await buildRun(join(outputs, 'pilot'), noClips);
  expect(await found(inner)).toEqual([inner]);
  expect(await found(dir)).toEqual([outputs, inner]);
  expect(await found(outputs)).toEqual([outputs, inner]);
  expect(await found(join(inner, 'kitchen_0787'))).toEqual([inner]);
  const { roots } = await findRunRoots(outputs);
  const [outer, nested] = await Promise.all(roots.map((root) => readRunFolder(root)));
  expect(outer!.files.some((file) => file.path.startsWith('pilot/'))).toBe(false);
  expect(nested!.name).toBe('pilot');
});

test('snapshots of many machines, with and without a manifest', async () => {
  const dir = await tempDir();
  await buildSnapshot(join(dir, 'vast'), { ...noClips, instanceId: '111111', below: 'pilot' });
  await buildSnapshot(join(dir, 'vast'), {
    ...noClips,
    instanceId: '222222',
    manifest: 'none',
    tag: '20260301T210000Z',
  });
  const { roots } = await findRunRoots(dir);
  expect(roots).toMatchObject([
    {
      instanceId: '111111',
      snapshot: { tag: 'latest', takenAt: '2026-03-02T08:00:00.000Z', remoteWorkDir: '/models/outputs', mode: 'pull' },
    },
    { instanceId: '222222', snapshot: { tag: '20260301T210000Z', takenAt: null } },
  ]);
  const [first, second] = await Promise.all(roots.map((root) => readRunFolder(root)));
  expect(first!.identity).toMatchObject({ owner: '111111', remoteWorkDir: '/models/outputs/pilot' });
  expect(second!.identity).toMatchObject({ owner: '222222', remoteWorkDir: '/models/outputs' });
});

test('two stamps without any manifest or machine are the same run', async () => {
  const dir = await tempDir();
  const first = await buildRun(join(dir, 'backups', 'latest', 'work_dir'), noClips);
  await cp(join(dir, 'backups', 'latest'), join(dir, 'backups', '20260302T080000Z'), { recursive: true });
  const { roots } = await findRunRoots(dir);
  const runs = await Promise.all(roots.map((root) => readRunFolder(root)));
  expect(runs.map((run) => run.identity.owner)).toEqual(['local:backups', 'local:backups']);
  expect(isSameRun(runs[0]!.identity, runs[1]!.identity)).toBe(true);
  expect(first).toBe(runs.find((run) => run.root === first)!.root);
});

test('copies that the old script leaves are dropped, unless they differ', async () => {
  const dir = await tempDir();
  const snapshot = await buildSnapshot(dir, noClips);
  const workDir = join(snapshot, 'work_dir');
  await cp(workDir, join(snapshot, 'data', 'outputs_legacy'), { recursive: true });
  const staging = await tempDir();
  await cp(workDir, staging, { recursive: true });
  await cp(staging, join(workDir, 'outputs'), { recursive: true });
  expect(await found(dir)).toEqual([workDir]);
  await writeFile(
    join(snapshot, 'data', 'outputs_legacy', 'kitchen_0787', 's9_future_result.json'),
    '{"status":"success"}',
  );
  const { roots } = await findRunRoots(dir);
  expect(roots.map((root) => root.snapshot!.remoteWorkDir)).toEqual([
    '/workspace/BlueprintValidation/data/outputs',
    '/models/outputs',
  ]);
});

test('hand-made copies and dot folders are no runs', async () => {
  const dir = await tempDir();
  await buildRun(join(dir, 'run_prev_fast_20260302'), noClips);
  await buildRun(join(dir, '.trash'), noClips);
  const run = await buildRun(join(dir, 'run'), noClips);
  expect(await found(dir)).toEqual([run]);
});

test('link loops are reported, links to elsewhere are followed once', async () => {
  const dir = await tempDir();
  const elsewhere = await buildRun(join(await tempDir(), 'far'), noClips);
  const run = await buildRun(join(dir, 'run'), noClips);
  await symlink(dir, join(dir, 'loop'));
  await symlink(join(dir, 'self'), join(dir, 'self'));
  await symlink(elsewhere, join(dir, 'a_link'));
  await symlink(elsewhere, join(dir, 'b_link'));
  await symlink('/nowhere/at/all', join(dir, 'dangling'));
  const { roots, problems } = await findRunRoots(dir);
  expect(roots.map((root) => root.root)).toEqual([elsewhere, run]);
  expect(problems.map((problem) => [problem.code, problem.path])).toEqual([
    ['symlink_loop', join(dir, 'loop')],
    ['symlink_loop', join(dir, 'self')],
  ]);
});

test.skipIf(process.getuid?.() === 0)('a folder that can not be read is reported, the rest is found', async () => {
  const dir = await tempDir();
  const run = await buildRun(join(dir, 'run'), noClips);
  await mkdir(join(dir, 'shut'));
  await chmod(join(dir, 'shut'), 0);
  const { roots, problems } = await findRunRoots(dir);
  await chmod(join(dir, 'shut'), 0o700);
  expect(roots.map((root) => root.root)).toEqual([run]);
  expect(problems).toMatchObject([{ code: 'unreadable', path: join(dir, 'shut') }]);
});

test('without a run the error says what was looked for and what is there', async () => {
  const dir = await tempDir();
  await expect(findRunRoots(join(dir, 'gone'))).rejects.toMatchObject({ code: 'path_missing' });
  await expect(findRunRoots(dir)).rejects.toMatchObject({
    code: 'no_run_found',
    message: expect.stringContaining('the folder is empty'),
  });
  await writeFile(join(dir, 'notes.txt'), 'x');
  await expect(findRunRoots(dir)).rejects.toMatchObject({
    code: 'no_run_found',
    message: expect.stringMatching(/pipeline_summary\.json.*1 file \(notes\.txt\)/),
  });
  await expect(findRunRoots(join(dir, 'notes.txt'))).rejects.toMatchObject({ code: 'not_a_folder' });
  await writeFile(join(dir, 'sync_manifest.txt'), 'instance_id=1\n');
  await expect(findRunRoots(dir)).rejects.toMatchObject({ hint: expect.stringContaining('the copy brought nothing') });
  const run = await buildRun(join(dir, 'run'));
  await expect(findRunRoots(join(run, 'kitchen_0787', 'enriched'))).rejects.toMatchObject({
    hint: expect.stringContaining(run),
  });
});

test('an aborted search ends with the reason', async () => {
  const dir = await buildRun(join(await tempDir(), 'run'), noClips);
  await expect(findRunRoots(dir, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
});
