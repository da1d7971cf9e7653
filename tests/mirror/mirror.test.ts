import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestBucket, type TestBucket } from '../support/b2/bucket.ts';
import { mirrorCapabilities } from '../support/b2/keys.ts';
import { buildSnapshot, type SnapshotContent } from '../support/snapshots/build-snapshot.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

let bucket: TestBucket;
let folder: ReturnType<typeof temporaryFolder>;
let room: TestCore;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 2, 1, 13);
  bucket = await startTestBucket();
  folder = temporaryFolder();
  room = await open();
});
afterEach(async () => {
  await room.close();
  await bucket.server.close();
  folder.remove();
});

function open(environment: Readonly<Record<string, string>> = bucket.environment): Promise<TestCore> {
  return openTestCore(join(folder.path, 'workspace'), {
    environment: { PATH: '/usr/bin:/bin', ...environment },
    clock: { now: () => nowMs },
  });
}

const instanceId = '32182930';
const base = `blueprint-validation/vast/${instanceId}`;
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const objectOf = (bytes: string | Buffer): string => `${base}/objects/${sha256(bytes).slice(0, 2)}/${sha256(bytes)}`;
const { log, faults } = { log: () => bucket.server.log, faults: () => bucket.server.faults };

const odd: SnapshotContent = {
  'work_dir/pipeline_summary.json': '{"ok":true}',
  'work_dir/same.json': '{"ok":true}',
  'work_dir/empty.log': '',
  'work_dir/with space \'and\' "quotes" $(touch x).txt': 'odd',
  'work_dir/-leading': 'dash',
  'work_dir/line\nbreak\\back': 'newline',
  'work_dir/naïve 文.txt': 'unicode',
  'work_dir/clip.mp4': randomBytes(200_000),
  'work_dir/checkpoints/latest': { linkTo: '/models/outputs/absolute/elsewhere' },
  'work_dir/empty dir': 'dir',
};

test('a snapshot is stored by content, proved, and its manifest comes last', async () => {
  const { path, manifestText } = buildSnapshot(folder.path, odd);
  const pushed = await room.call('mirror.push', { path });
  expect(pushed).toMatchObject({ state: 'mirrored', instanceId, fileCount: 8, uploadedObjects: 6, reusedObjects: 0 });
  expect(bucket.names()).toEqual(
    [
      ...new Set(
        Object.values(odd).flatMap((what) =>
          typeof what === 'string' && what !== 'dir' && what !== ''
            ? [objectOf(what)]
            : Buffer.isBuffer(what)
              ? [objectOf(what)]
              : [],
        ),
      ),
      `${base}/snapshots/20260301T120000Z.json`,
      `${base}/snapshots/20260301T120000Z.list`,
    ].toSorted(),
  );
  const uploads = log()
    .requests()
    .filter((request) => request.operation === 'upload');
  expect(uploads.at(-1)?.name).toBe(`${base}/snapshots/20260301T120000Z.json`);
  expect(bucket.server.store.current(bucket.name, `${base}/snapshots/20260301T120000Z.json`).bytes.toString()).toBe(
    manifestText,
  );
  const listed = await room.call('mirror.list', {});
  expect(listed.items).toMatchObject([{ tag: '20260301T120000Z', state: 'mirrored', fileCount: 8 }]);
  expect(readdirSync(join(folder.path, 'workspace', 'mirror', 'staging'))).toEqual([]);
});

test('the next snapshot sends only what changed, and looks at the bucket only for that', async () => {
  const first = buildSnapshot(folder.path, odd);
  await room.call('mirror.push', { path: first.path });
  log().clear();
  const next = buildSnapshot(folder.path, { ...odd, 'work_dir/new.log': 'new line' }, { tag: '20260301T120200Z' });
  const pushed = await room.call('mirror.push', { path: next.path });
  expect(pushed).toMatchObject({ uploadedObjects: 1, uploadedBytes: 8, reusedObjects: 6 });
  expect(log().count('upload')).toBe(3);
  expect(pushed.listedAt, 'older objects rest on the first listing').toBe('2026-03-01T13:00:00.000Z');
  nowMs += 25 * 60 * 60 * 1000;
  const later = await room.call('mirror.push', { path: next.path });
  expect(later.listedAt).toBe('2026-03-02T14:00:00.000Z');
});

test('a file over 64 MiB goes in pieces; only the changed piece goes again; it comes back whole', async () => {
  const large = randomBytes(64 * 1024 * 1024 + 3_000_000);
  const first = buildSnapshot(folder.path, { 'work_dir/model.safetensors': large, 'work_dir/a': 'a' });
  expect(await room.call('mirror.push', { path: first.path })).toMatchObject({ uploadedObjects: 3 });
  expect(
    Math.max(
      ...log()
        .requests()
        .map((request) => request.bytesIn),
    ),
  ).toBeLessThanOrEqual(64 * 1024 * 1024 + 40);
  const grown = Buffer.concat([large, Buffer.from('more')]);
  const next = buildSnapshot(
    folder.path,
    { 'work_dir/model.safetensors': grown, 'work_dir/a': 'a' },
    { tag: '20260301T120200Z' },
  );
  expect(await room.call('mirror.push', { path: next.path })).toMatchObject({
    uploadedObjects: 1,
    uploadedBytes: 3_000_004,
    reusedObjects: 2,
  });
  const back = await room.call('mirror.pull', { instanceId, tag: '20260301T120200Z', path: join(folder.path, 'back') });
  expect(back.verified).toBe(true);
  expect(readFileSync(join(back.path, 'work_dir/model.safetensors')).equals(grown)).toBe(true);
});

test('what comes back is the snapshot: bytes, times, links, folders and the manifest itself', async () => {
  const { path, manifestText } = buildSnapshot(folder.path, odd);
  await room.call('mirror.push', { path });
  const back = await room.call('mirror.pull', { instanceId, tag: '20260301T120000Z' });
  expect(back).toMatchObject({ verified: true, fileCount: 8, snapshotId: 'snap_32182930_20260301T120000Z' });
  // It is one of the workspace's snapshots from now on, and can be mirrored by its id.
  expect(await room.call('mirror.push', { snapshotId: back.snapshotId! })).toMatchObject({ uploadedObjects: 0 });
  expect(readFileSync(join(back.path, 'manifest.json'), 'utf8')).toBe(manifestText);
  for (const [name, what] of Object.entries(odd)) {
    const target = join(back.path, name);
    if (what === 'dir') expect(statSync(target).isDirectory()).toBe(true);
    else if (typeof what === 'object' && 'linkTo' in what) expect(readlinkSync(target)).toBe(what.linkTo);
    else expect(readFileSync(target).equals(Buffer.from(what)), name).toBe(true);
  }
  expect(lstatSync(join(back.path, 'work_dir/clip.mp4')).mtime.toISOString()).toBe('2026-03-01T12:00:00.123Z');
  await expect(room.call('mirror.pull', { instanceId, tag: '20260301T120000Z' })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('a snapshot is restored with nothing but rclone, cat and sha256sum, as its list says', async () => {
  const readable = Object.fromEntries(Object.entries(odd).filter(([name]) => !name.includes('\n')));
  const large = randomBytes(64 * 1024 * 1024 + 10);
  const { path } = buildSnapshot(folder.path, { ...readable, 'work_dir/large.pt': large });
  await room.call('mirror.push', { path });
  const restored = join(folder.path, 'by hand');
  mkdirSync(restored);
  const run = async (program: string, args: readonly string[]): Promise<string> =>
    (
      await promisify(execFile)(program, args, {
        cwd: restored,
        env: {
          PATH: '/usr/bin:/bin',
          RCLONE_CONFIG: '/dev/null',
          RCLONE_CONFIG_B_TYPE: 'b2',
          RCLONE_CONFIG_B_ACCOUNT: bucket.key.keyId,
          RCLONE_CONFIG_B_KEY: bucket.key.key,
          RCLONE_CONFIG_B_ENDPOINT: bucket.server.url,
        },
      })
    ).stdout;
  await run('/usr/bin/rclone', ['copy', `b:${bucket.name}/${base}/snapshots/20260301T120000Z.list`, '.']);
  // The instructions are taken from the list itself.
  const instructions = readFileSync(join(restored, '20260301T120000Z.list'), 'utf8')
    .split('\n')
    .filter((line) => /^#   /.test(line))
    .map((line) => line.slice(1))
    .join('\n')
    .replace('REMOTE:BUCKET/PREFIX/INSTANCE', `b:${bucket.name}/${base}`)
    .replaceAll('TAG.list', '20260301T120000Z.list');
  expect(await run('/bin/bash', ['-euc', instructions])).toContain('work_dir/large.pt: OK');
  for (const [name, what] of Object.entries({ ...readable, 'work_dir/large.pt': large })) {
    if (typeof what === 'string' && what !== 'dir') expect(readFileSync(join(restored, name), 'utf8')).toBe(what);
    if (Buffer.isBuffer(what)) expect(readFileSync(join(restored, name)).equals(what)).toBe(true);
  }
});

describe('nothing is called mirrored without evidence', () => {
  test.each([
    ['expired_token', 'upload', 1],
    ['unavailable', 'upload', 2],
    ['cut', 'upload', 1],
    ['lost_answer', 'upload', 1],
    ['expired_token', 'b2_list_file_names', 1],
    ['unavailable', 'b2_list_file_names', 1],
  ] as const)('%s on %s passes by', async (kind, on, times) => {
    const { path } = buildSnapshot(folder.path, odd);
    faults().arm({ kind, on, times });
    expect(await room.call('mirror.push', { path })).toMatchObject({ state: 'mirrored' });
    expect(faults().hits()).toBe(times);
    const checked = await room.call('mirror.check', { instanceId, readBack: 'all' });
    expect(checked).toMatchObject({ damaged: [], snapshots: [{ state: 'mirrored' }], readBack: { count: 6 } });
  });

  test.each([
    ['checksum_mismatch', 'tool_failed'],
    ['cap_exceeded', 'provider_refused'],
  ] as const)('%s that stays leaves no manifest and says so', async (kind, code) => {
    const { path } = buildSnapshot(folder.path, { a: 'a', b: 'b' });
    faults().arm({ kind, on: 'upload' });
    await expect(room.call('mirror.push', { path })).rejects.toMatchObject({ code });
    expect(bucket.names()).toEqual([]);
    expect((await room.call('mirror.list', {})).items).toMatchObject([{ state: 'failed' }]);
    faults().clear();
    expect(await room.call('mirror.push', { path })).toMatchObject({ state: 'mirrored' });
  });

  test('a file that rotted here is not uploaded under the name of a good one', async () => {
    const { path } = buildSnapshot(folder.path, { a: 'good bytes' });
    writeFileSync(join(path, 'a'), 'evil bytes');
    await expect(room.call('mirror.push', { path })).rejects.toMatchObject({ code: 'file_damaged' });
    expect(log().count('upload')).toBe(0);
  });

  test('an object of the right name with other bytes is found, named and repaired', async () => {
    bucket.server.store.put(
      bucket.server.store.bucketId(bucket.name),
      objectOf('good bytes'),
      Buffer.from('evil bytes'),
    );
    const { path } = buildSnapshot(folder.path, { a: 'good bytes', b: 'b' });
    await expect(room.call('mirror.push', { path })).rejects.toMatchObject({
      code: 'file_damaged',
      details: { damaged: [{ because: expect.stringContaining('SHA-1') }] },
    });
    expect((await room.call('mirror.list', {})).items).toMatchObject([{ state: 'incomplete' }]);
    expect((await room.call('mirror.repair', { path })).replaced).toHaveLength(2);
    expect(await room.call('mirror.push', { path })).toMatchObject({ state: 'mirrored', uploadedObjects: 0 });
  });

  test('bytes that rot in the bucket are found by reading back, and repaired', async () => {
    const content = { a: 'one', b: 'two', c: 'three' };
    const { path } = buildSnapshot(folder.path, content);
    await room.call('mirror.push', { path });
    bucket.rot(objectOf('two'));
    const listed = await room.call('mirror.check', { instanceId, readBack: 'none' });
    expect(listed, 'a listing alone does not see it').toMatchObject({
      damaged: [],
      readBack: { count: 0, oldestAt: null },
    });
    const checked = await room.call('mirror.check', { instanceId, readBack: 'all' });
    expect(checked.damaged).toEqual([
      { name: objectOf('two').slice(`${base}/objects/`.length), because: expect.any(String) },
    ]);
    expect(checked.snapshots).toMatchObject([{ state: 'incomplete' }]);
    expect((await room.call('mirror.repair', { path })).replaced).toHaveLength(1);
    expect(await room.call('mirror.check', { instanceId, readBack: 'all' })).toMatchObject({
      damaged: [],
      snapshots: [{ state: 'mirrored' }],
      readBack: { count: 3 },
    });
  });

  test('an object that the bucket has no SHA-1 of is read back before its snapshot counts', async () => {
    await room.call('mirror.push', { path: buildSnapshot(folder.path, { a: 'one' }).path });
    const { store } = bucket.server;
    // Somebody else put it there since, in pieces: only its size can be compared.
    const put = (bytes: string): void =>
      void store.put(store.bucketId(bucket.name), objectOf('two'), Buffer.from(bytes), {
        contentSha1: 'none',
        contentType: 'application/octet-stream',
        info: {},
      });
    put('owt');
    const next = buildSnapshot(folder.path, { a: 'one', b: 'two' }, { tag: '20260301T120200Z' });
    await expect(room.call('mirror.push', { path: next.path })).rejects.toMatchObject({
      details: { damaged: [{ because: expect.stringContaining('different') }] },
    });
    expect((await room.call('mirror.list', {})).items).toMatchObject([{ state: 'incomplete' }, { state: 'mirrored' }]);
    put('two');
    expect(await room.call('mirror.push', { path: next.path })).toMatchObject({ state: 'mirrored' });
  });

  test('an object that vanished makes its snapshot incomplete', async () => {
    const { path } = buildSnapshot(folder.path, { a: 'one', b: 'two' });
    await room.call('mirror.push', { path });
    const { store } = bucket.server;
    store.hide(store.bucketId(bucket.name), objectOf('one'));
    expect(await room.call('mirror.check', { instanceId, readBack: 'none' })).toMatchObject({
      snapshots: [{ state: 'incomplete' }],
      damaged: [{ because: 'It is not in the listing.' }],
    });
  });

  test('a push that can not look again does not take back what was proved', async () => {
    const { path } = buildSnapshot(folder.path, { a: 'one' });
    await room.call('mirror.push', { path });
    bucket.server.keys.revoke(bucket.key.keyId);
    await expect(room.call('mirror.push', { path })).rejects.toMatchObject({ code: 'key_refused' });
    expect((await room.call('mirror.list', {})).items).toMatchObject([{ state: 'mirrored' }]);
  });

  test('damaged bytes never get the name of a restored snapshot', async () => {
    const { path } = buildSnapshot(folder.path, { a: 'one', b: 'two' });
    await room.call('mirror.push', { path });
    bucket.rot(objectOf('two'));
    const target = join(folder.path, 'back');
    await expect(room.call('mirror.pull', { instanceId, tag: '20260301T120000Z', path: target })).rejects.toMatchObject(
      {
        code: expect.stringMatching(/tool_failed|file_damaged/),
      },
    );
    expect(existsSync(target)).toBe(false);
  });
});

test('the rolling check reads every object once in the time that is set', async () => {
  const content = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`f${i}`, `content ${String(i).padStart(4, '0')}`]),
  );
  await room.call('mirror.push', { path: buildSnapshot(folder.path, content).path });
  let read = 0;
  let oldestAt: string | null = null;
  for (let day = 0; day < 11 && oldestAt === null; day += 1) {
    const { readBack } = await room.call('mirror.check', { instanceId, readBackDays: 10 });
    expect(readBack.count).toBeLessThanOrEqual(4);
    read += readBack.count;
    oldestAt = readBack.oldestAt;
    nowMs += 24 * 60 * 60 * 1000;
  }
  expect(oldestAt).not.toBeNull();
  expect(read).toBeGreaterThanOrEqual(20);
});

test('what the old script mirrored is listed and pulled, and never changed', async () => {
  const { store } = bucket.server;
  const bucketId = store.bucketId(bucket.name);
  store.put(bucketId, `${base}/latest/work_dir/run_all.log`, Buffer.from('old'));
  store.put(bucketId, `${base}/latest/sync_manifest.txt`, Buffer.from('mode=pull\n'));
  await room.call('mirror.push', { path: buildSnapshot(folder.path, { a: 'one' }).path });
  const checked = await room.call('mirror.check', { instanceId });
  expect(checked.snapshots).toMatchObject([
    { tag: '20260301T120000Z', source: 'room' },
    { tag: 'latest', source: 'old_script', state: 'unchecked', fileCount: 2, totalBytes: 13 },
  ]);
  const before = bucket.names();
  const path = join(folder.path, 'old');
  expect(await room.call('mirror.pull', { instanceId, tag: 'latest', source: 'old_script', path })).toMatchObject({
    verified: false,
    fileCount: 2,
  });
  expect(readFileSync(join(path, 'work_dir/run_all.log'), 'utf8')).toBe('old');
  expect(bucket.names()).toEqual(before);
});

describe('pruning', () => {
  test('says first, wants the id typed and another key, and frees only what nothing else needs', async () => {
    const first = buildSnapshot(folder.path, { kept: 'both', gone: 'only in the first' });
    const next = buildSnapshot(folder.path, { kept: 'both', other: 'second' }, { tag: '20260301T120200Z' });
    await room.call('mirror.push', { path: first.path });
    // A version under the one that is seen.
    const { store } = bucket.server;
    store.put(store.bucketId(bucket.name), objectOf('only in the first'), Buffer.from('only in the first'));
    await room.call('mirror.push', { path: next.path });
    const wanted = { instanceId, tags: ['20260301T120000Z'] };
    await expect(room.call('mirror.prune', wanted)).rejects.toMatchObject({ code: 'key_missing' });
    const pruner = bucket.server.keys.add({ capabilities: [...mirrorCapabilities, 'deleteFiles'] });
    await room.close();
    room = await open({ ...bucket.environment, B2_PRUNE_KEY_ID: pruner.keyId, B2_PRUNE_KEY: pruner.key });
    const plan = await room.call('mirror.prune', wanted);
    expect(plan).toMatchObject({ state: 'planned', objectCount: 1, objectBytes: 17, keptTags: ['20260301T120200Z'] });
    expect(log().count('b2_delete_file_version')).toBe(0);
    await expect(room.call('mirror.prune', { ...wanted, planId: plan.planId })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(room.call('mirror.prune', { ...wanted, planId: 'other', confirm: instanceId })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await room.call('mirror.prune', { ...wanted, planId: plan.planId, confirm: instanceId })).toMatchObject({
      state: 'pruned',
    });
    expect(bucket.names()).not.toContain(objectOf('only in the first'));
    expect(bucket.names()).toContain(objectOf('both'));
    const left = await room.call('mirror.check', { instanceId, readBack: 'all' });
    expect(left).toMatchObject({ damaged: [], snapshots: [{ tag: '20260301T120200Z', state: 'mirrored' }] });
  });
});

test('without a bucket or a key it says what to set, and nothing is sent', async () => {
  await room.close();
  room = await open({});
  const { path } = buildSnapshot(folder.path, { a: 'one' });
  await expect(room.call('mirror.push', { path })).rejects.toMatchObject({
    code: 'key_missing',
    hint: expect.stringContaining('B2_BUCKET'),
  });
});

test('a bucket that is not there is told as such', async () => {
  await room.close();
  room = await open({ ...bucket.environment, B2_BUCKET: 'no-such-bucket' });
  const { path } = buildSnapshot(folder.path, { a: 'one' });
  await expect(room.call('mirror.push', { path })).rejects.toMatchObject({
    code: 'provider_refused',
    message: expect.stringContaining('no-such-bucket'),
  });
});
