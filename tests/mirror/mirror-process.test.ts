import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTestBucket, type TestBucket } from '../support/b2/bucket.ts';
import { room, startCall } from '../support/command-line.ts';
import { buildSnapshot } from '../support/snapshots/build-snapshot.ts';
import { temporaryFolder } from '../support/test-core.ts';
import { commandLines, filesWith, isAlive, rcloneWith } from './processes.ts';

/** The mirror as a process among others: `bin/room`, rclone as its child, the key in the environment. */

// Some of them start the room several times, each of which loads it from source.
vi.setConfig({ testTimeout: 180_000 });

let bucket: TestBucket;
let folder: ReturnType<typeof temporaryFolder>;
let workspace: string;
let options: { readonly home: string; readonly env: NodeJS.ProcessEnv };

beforeEach(async () => {
  bucket = await startTestBucket();
  folder = temporaryFolder();
  workspace = join(folder.path, 'workspace');
  mkdirSync(join(folder.path, 'tmp'));
  options = {
    home: join(folder.path, 'home'),
    env: { ...bucket.environment, TMPDIR: join(folder.path, 'tmp') },
  };
});
afterEach(async () => {
  await bucket.server.close();
  folder.remove();
});

const push = (path: string): readonly string[] => ['mirror.push', JSON.stringify({ path }), '--workspace', workspace];

/** Waits for a process to be seen, or to be gone. */
const until = (look: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(look()).toBe(true), { timeout: 120_000, interval: 20 });

test('during a push the key is in no command line, and afterwards in no file', async () => {
  const { path } = buildSnapshot(folder.path, { 'clip.mp4': randomBytes(3_000_000), log: 'line' });
  bucket.server.faults.arm({ on: 'upload', kind: 'slow', bytesPerSecond: 3_000_000 });
  const call = startCall(push(path), options);
  let looks = 0;
  const seen: string[] = [];
  let isOver = false;
  void call.outcome.then(() => (isOver = true));
  await until(() => {
    const lines = commandLines();
    if (rcloneWith(folder.path) !== null) looks += 1;
    for (const line of lines.values())
      if (line.includes(bucket.key.key) || line.includes(bucket.key.keyId)) seen.push(line);
    return isOver;
  });
  expect(await call.outcome).toMatchObject({ code: 0, value: { state: 'mirrored' } });
  expect(looks, 'rclone was seen at work').toBeGreaterThan(5);
  expect(seen).toEqual([]);
  for (const secret of [bucket.key.key, bucket.key.keyId]) expect(filesWith(folder.path, secret)).toEqual([]);
});

test('a refused key is not quoted in what is printed or stored', async () => {
  const { path } = buildSnapshot(folder.path, { log: 'line' });
  const wrong = 'K005wrongwrongwrongwrongwrong';
  const outcome = await room(push(path), { ...options, env: { ...options.env, B2_APPLICATION_KEY: wrong } });
  expect(outcome).toMatchObject({ code: 1, error: { code: 'key_refused' } });
  expect(outcome.stderr + outcome.stdout).not.toContain(wrong);
  for (const secret of [wrong, bucket.key.keyId]) expect(filesWith(folder.path, secret)).toEqual([]);
});

test('a cancelled push ends its rclone and leaves nothing behind; the next one goes on', async () => {
  const { path } = buildSnapshot(folder.path, { 'clip.mp4': randomBytes(2_000_000), log: 'line' });
  bucket.server.faults.arm({ on: 'upload', kind: 'slow', bytesPerSecond: 20_000 });
  const call = startCall(push(path), options);
  let pid: number | null = null;
  await until(() => (pid = rcloneWith(workspace)) !== null && bucket.names().length === 1);
  call.child.kill('SIGINT');
  expect((await call.outcome).code).toBe(1);
  await until(() => !isAlive(pid!));
  expect(readdirSync(join(workspace, 'mirror', 'staging'))).toEqual([]);
  bucket.server.faults.clear();
  expect(await room(push(path), options)).toMatchObject({ code: 0, value: { state: 'mirrored' } });
});

test('when the engine is killed, its rclone ends as well, and the next push sends only what is missing', async () => {
  const { path } = buildSnapshot(folder.path, { 'clip.mp4': randomBytes(2_000_000), log: 'line' });
  bucket.server.faults.arm({ on: 'upload', kind: 'slow', bytesPerSecond: 20_000 });
  const call = startCall(push(path), options);
  let pid: number | null = null;
  await until(() => (pid = rcloneWith(workspace)) !== null && bucket.names().length === 1);
  call.child.kill('SIGKILL');
  await call.outcome;
  await until(() => !isAlive(pid!));
  bucket.server.faults.clear();
  bucket.server.log.clear();
  expect(await room(push(path), options)).toMatchObject({ code: 0, value: { state: 'mirrored' } });
  expect(bucket.server.log.count('upload'), 'the other object, the list and the manifest').toBe(3);
  expect(existsSync(join(workspace, 'mirror', 'staging', 'push-32182930'))).toBe(false);
});
