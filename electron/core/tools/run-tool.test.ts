import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import { runTool } from './run-tool.ts';
import { createToolSupervisor } from './tool-supervisor.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-tool-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

async function failureOf(promise: Promise<unknown>): Promise<RoomError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RoomError)) throw new Error(`expected a RoomError, got ${String(error)}`);
  return error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed orphan stays a zombie until somebody reaps it, which is as good as gone. */
async function isRunning(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(stat);
}

test('arguments reach the program as they are, whatever a shell would make of them', async () => {
  const path = await script('echo-args', `for a in "$@"; do printf '%s\\0' "$a"; done`);
  const args = ['a b', '$(id)', '`id`', "it's", '"', '\n', '*', '', '-n', '👋'];
  const result = await runTool({ path, args });
  expect(result.stdout.toString('utf8').split('\0').slice(0, -1)).toEqual(args);
});

test('the environment is an allow-list', async () => {
  process.env['ROOM_TEST_SECRET'] = 'canary';
  try {
    const result = await runTool({ path: await script('env', 'env'), args: [] });
    const text = result.stdout.toString('utf8');
    expect(text).not.toContain('canary');
    expect(text).toContain('PATH=/opt/homebrew/bin:');
  } finally {
    delete process.env['ROOM_TEST_SECRET'];
  }
});

test('a bad end carries the code and the last lines it said', async () => {
  const path = await script('fails', 'echo one >&2; echo "No space left on device" >&2; exit 7');
  const error = await failureOf(runTool({ path, args: [] }));
  expect(error.code).toBe('tool_failed');
  expect(error.message).toContain('code 7');
  expect(error.message).toContain('No space left on device');
  expect(error.details?.['exitCode']).toBe(7);
  await expect(runTool({ path, args: [], okExitCodes: [7] })).resolves.toMatchObject({ exitCode: 7 });
});

test('a missing program, one that may not run and a relative path are told apart', async () => {
  expect((await failureOf(runTool({ path: join(folder, 'nothing'), args: [] }))).code).toBe('tool_missing');
  const plain = join(folder, 'plain');
  await writeFile(plain, 'text');
  expect((await failureOf(runTool({ path: plain, args: [] }))).message).toContain('not executable');
  expect((await failureOf(runTool({ path: 'ls', args: [] }))).code).toBe('invalid_input');
  expect((await failureOf(runTool({ path: '/bin/sh', args: ['a\0b'] }))).code).toBe('invalid_input');
});

test('cancelling ends the program and its children, even when they ignore the polite signal', async () => {
  const path = await script(
    'stubborn',
    `trap '' TERM\n(trap '' TERM; while :; do sleep 0.05; done) &\necho "$$ $!"\nwait; while :; do sleep 0.05; done`,
  );
  const abort = new AbortController();
  let pids: number[] = [];
  const error = await failureOf(
    runTool({
      path,
      args: [],
      signal: abort.signal,
      killAfterMs: 100,
      onStdoutLine: (line) => {
        pids = line.split(' ').map(Number);
        abort.abort();
      },
    }),
  );
  expect(error.code).toBe('cancelled');
  expect(pids).toHaveLength(2);
  for (const pid of pids) await expect.poll(() => isRunning(pid)).toBe(false);
});

test('a signal that has fired already starts nothing', async () => {
  const marker = join(folder, 'was-started');
  const path = await script('marks', `touch ${marker}`);
  const error = await failureOf(runTool({ path, args: [], signal: AbortSignal.abort() }));
  expect(error.code).toBe('cancelled');
  await expect(readFile(marker)).rejects.toThrow();
});

test('too long and too much are stopped', async () => {
  const slow = await script('slow', 'while :; do sleep 0.05; done');
  const slowError = await failureOf(runTool({ path: slow, args: [], timeoutMs: 100, killAfterMs: 100 }));
  expect(slowError.code).toBe('tool_failed');
  expect(slowError.message).toContain('100 ms');
  const loud = await script('loud', 'while :; do echo 0123456789; done');
  const loudError = await failureOf(runTool({ path: loud, args: [], maxStdoutBytes: 10_000, killAfterMs: 100 }));
  expect(loudError.message).toContain('more than');
});

test('a helper that keeps the pipes open does not keep the call waiting', async () => {
  const path = await script('leaves-helper', `(while :; do sleep 0.05; done) &\necho $!`);
  const result = await runTool({ path, args: [] });
  const pid = Number(result.stdout.toString('utf8').trim());
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('a fault in the line callback stops the program and comes out', async () => {
  const path = await script('counts', 'while :; do echo x; sleep 0.01; done');
  const fault = new Error('bad line');
  const promise = runTool({
    path,
    args: [],
    killAfterMs: 100,
    onStdoutLine: () => {
      throw fault;
    },
  });
  await expect(promise).rejects.toBe(fault);
});

test('the supervisor ends what still runs and refuses more', async () => {
  const supervisor = createToolSupervisor();
  const path = await script('runs-on', 'echo $$; while :; do sleep 0.05; done');
  const started = Promise.withResolvers<number>();
  const failure = failureOf(
    supervisor.run({ path, args: [], killAfterMs: 100, onStdoutLine: (line) => started.resolve(Number(line)) }),
  );
  const pid = await started.promise;
  expect(supervisor.runningCount()).toBe(1);
  await supervisor.stopAll();
  expect((await failure).code).toBe('cancelled');
  expect(await isRunning(pid)).toBe(false);
  expect((await failureOf(supervisor.run({ path, args: [] }))).code).toBe('cancelled');
});
