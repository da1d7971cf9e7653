import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import DatabaseConstructor from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contract } from '#shared/contract/index.ts';
import type { Job } from '#shared/model/job.ts';
import { room, startCall } from '../support/command-line.ts';
import { startRoom } from '../support/room-process.ts';
import { buildManyRuns } from '../support/runs/many-runs.ts';
import { copyFolder, demoRuns, temporaryFolder } from '../support/test-core.ts';

let folder: ReturnType<typeof temporaryFolder>;
let home: string;
let workspace: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder.path, 'home');
  workspace = join(folder.path, 'workspace');
});
afterEach(() => folder.remove());

const call = (method: string, input: unknown = {}, ...more: string[]) =>
  room([method, JSON.stringify(input), '--workspace', workspace, ...more], { home });

test('a job is waited for, tells its progress on stderr and prints its result', async () => {
  const outcome = await call('runs.import', { path: demoRuns });
  expect(outcome.code).toBe(0);
  expect(outcome.value).toMatchObject({
    runs: [{ outcome: 'new_run' }, { outcome: 'new_run' }, { outcome: 'new_run' }],
  });
  expect(outcome.stderr).toContain('Read runs');
  const list = await call('runs.list');
  expect(list.value).toMatchObject({ totalCount: 3, items: [{ instanceId: '32182955', status: 'failed' }, {}, {}] });
});

test('relative paths count from where the command was typed', async () => {
  copyFolder(join(demoRuns, '32182955'), join(folder.path, 'here', 'snap'));
  const outcome = await room(['runs.import', '{"path":"snap"}', '--workspace', '../workspace'], {
    home,
    cwd: join(folder.path, 'here'),
  });
  expect(outcome.code).toBe(0);
  expect(existsSync(join(workspace, 'history.db'))).toBe(true);
});

test.each([
  ['an unknown method', ['runs.nope'], 2, 'unknown_method'],
  ['no JSON', ['runs.list', '{'], 2, 'invalid_input'],
  ['a wrong field', ['runs.list', '{"limit":-1}'], 2, 'invalid_input'],
  ['an unknown field', ['runs.list', '{"limits":1}'], 2, 'invalid_input'],
  ['what is not there', ['runs.get', '{"id":"run_nope"}'], 1, 'not_found'],
  ['a folder without a run', ['runs.import', '{"path":"/usr/share/doc"}'], 1, 'no_run_found'],
  ['a folder that is not there', ['runs.import', '{"path":"/nowhere/at/all"}'], 1, 'path_missing'],
])('%s: the exit code and the last line of stderr say it', async (_what, args, code, errorCode) => {
  const outcome = await room([...args, '--workspace', workspace], { home });
  expect([outcome.code, outcome.error?.code]).toEqual([code, errorCode]);
  expect(outcome.error!.message.length).toBeGreaterThan(10);
  expect(outcome.stdout).toBe('');
});

test('help lists every method with its kind and one line', async () => {
  const outcome = await room(['help'], { home });
  expect(outcome.code).toBe(0);
  for (const [name, spec] of Object.entries(contract))
    expect(outcome.stdout).toMatch(new RegExp(`${name.replace('.', '\\.')} +${spec.kind} +\\S`));
  expect(existsSync(home)).toBe(false);
});

test('a folder that holds other things is not made a workspace', async () => {
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'thesis.txt'), 'mine');
  const outcome = await call('room.info');
  expect([outcome.code, outcome.error?.code]).toEqual([1, 'conflict']);
  expect(outcome.error!.message).toContain('thesis.txt');
  expect(existsSync(join(workspace, 'history.db'))).toBe(false);
});

test('a history from a newer room is refused with a sentence and left alone', async () => {
  await call('room.info');
  const database = new DatabaseConstructor(join(workspace, 'history.db'));
  database.pragma('user_version = 4000');
  database.close();
  const outcome = await call('room.info');
  expect([outcome.code, outcome.error?.code]).toEqual([1, 'database_newer']);
  expect(outcome.error!.hint).toContain('Update the room');
});

test('a damaged index is made anew by itself; a damaged history is refused', async () => {
  await call('runs.import', { path: join(demoRuns, '32182955') });
  writeFileSync(join(workspace, 'index.db'), 'no database at all, but long enough to be read as one. '.repeat(100));
  expect((await call('history.rebuild')).value).toMatchObject({ runCount: 1 });
  expect((await call('runs.list')).value).toMatchObject({ totalCount: 1 });
  writeFileSync(join(workspace, 'history.db'), 'no database at all, but long enough to be read as one. '.repeat(100));
  expect((await call('runs.list')).error?.code).toBe('database_damaged');
});

test('two calls at once: the second is answered by the engine of the first', async () => {
  await buildManyRuns(join(folder.path, 'many'), 60);
  const first = startCall(
    ['runs.import', JSON.stringify({ path: join(folder.path, 'many') }), '--workspace', workspace],
    { home },
  );
  await first.sees('Read runs');
  const second = await call('room.info');
  expect(second.code).toBe(0);
  const outcome = await first.outcome;
  expect(outcome.code).toBe(0);
  expect((outcome.value as { runs: unknown[] }).runs).toHaveLength(60);
});

test('a call that is killed leaves an interrupted job, and the next import loses nothing', async () => {
  await buildManyRuns(join(folder.path, 'many'), 80);
  const input = { path: join(folder.path, 'many') };
  const first = startCall(['runs.import', JSON.stringify(input), '--workspace', workspace], { home });
  await first.sees('Read runs');
  first.child.kill('SIGKILL');
  await first.outcome;
  const jobs = (await call('jobs.list')).value as { items: Job[] };
  expect(jobs.items.map((job) => [job.state, job.error?.code])).toEqual([['interrupted', 'interrupted']]);
  expect((await call('runs.import', input)).code).toBe(0);
  expect((await call('runs.list')).value).toMatchObject({ totalCount: 80 });
});

test('an interrupt cancels the job at a safe point', async () => {
  await buildManyRuns(join(folder.path, 'many'), 80);
  const first = startCall(
    ['runs.import', JSON.stringify({ path: join(folder.path, 'many') }), '--workspace', workspace],
    { home },
  );
  await first.sees('Read runs');
  first.child.kill('SIGINT');
  const outcome = await first.outcome;
  expect([outcome.code, outcome.error?.code]).toEqual([1, 'cancelled']);
  const jobs = (await call('jobs.list')).value as { items: Job[] };
  expect(jobs.items.map((job) => job.state)).toEqual(['cancelled']);
});

test('a room that opens takes over from a call, and the call waits for its result', async () => {
  await buildManyRuns(join(folder.path, 'many'), 120);
  const errand = startCall(
    ['runs.import', JSON.stringify({ path: join(folder.path, 'many') }), '--workspace', workspace],
    { home },
  );
  await errand.sees('Read runs');
  const resident = await startRoom({ workspaceFolder: workspace, env: { ROOM_HOME: home } });
  try {
    const outcome = await errand.outcome;
    expect(outcome.stderr).toContain('goes on with this job');
    expect(outcome.code).toBe(0);
    expect((outcome.value as { runs: unknown[] }).runs).toHaveLength(120);
    const jobs = (await call('jobs.list', { kinds: ['runs.import'] })).value as { items: Job[] };
    expect(jobs.items.map((job) => job.state)).toEqual(['succeeded']);
    const detached = await call('runs.import', { path: join(folder.path, 'many') }, '--detach');
    expect(detached.value).toEqual({ jobId: expect.stringMatching(/^job_/) });
    expect((await call('room.info')).value).toMatchObject({ role: 'resident', shell: 'browser' });
    await expect(startRoom({ workspaceFolder: workspace, env: { ROOM_HOME: home } })).rejects.toThrow(
      /exit code 4[\s\S]*already open/,
    );
  } finally {
    await resident.stop();
  }
});

test('a call whose engine dies ends by itself and says that it can not tell', async () => {
  await buildManyRuns(join(folder.path, 'many'), 120);
  const input = JSON.stringify({ path: join(folder.path, 'many') });
  const first = startCall(['runs.import', input, '--workspace', workspace], { home });
  await first.sees('Read runs');
  const second = startCall(['runs.import', input, '--workspace', workspace], { home });
  await second.sees('queued');
  // There is no room that stays open, only another command: nothing can be left to it.
  expect(await call('runs.import', { path: folder.path }, '--detach')).toMatchObject({
    code: 2,
    error: { code: 'invalid_input' },
  });
  first.child.kill('SIGKILL');
  const outcome = await second.outcome;
  expect([outcome.code, outcome.error?.code]).toEqual([3, 'could_not_tell']);
});

test('a reader that has enough of the output does not end the call', async () => {
  await buildManyRuns(join(folder.path, 'many'), 40);
  const running = startCall(
    ['runs.import', JSON.stringify({ path: join(folder.path, 'many') }), '--workspace', workspace],
    { home },
  );
  await running.sees('Find runs');
  running.child.stdout!.destroy();
  running.child.stderr!.destroy();
  expect((await running.outcome).code).toBe(0);
  expect((await call('runs.list')).value).toMatchObject({ totalCount: 40 });
});
