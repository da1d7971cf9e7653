import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mirrorCapabilities, type Capability } from '../support/b2/keys.ts';
import { startB2Server, type B2Server } from '../support/b2/server.ts';
import { temporaryFolder } from '../support/test-core.ts';

/** The double held against an independent client: the real rclone, with the calls that it makes by itself. */

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

let b2: B2Server;
let folder: ReturnType<typeof temporaryFolder>;
let environment: Record<string, string>;

beforeEach(async () => {
  b2 = await startB2Server();
  folder = temporaryFolder();
  b2.store.addBucket('box');
  useKey(mirrorCapabilities);
});
afterEach(async () => {
  await b2.close();
  folder.remove();
});

function useKey(capabilities: readonly Capability[], limits: { bucketName?: string; namePrefix?: string } = {}): void {
  const { keyId, key } = b2.keys.add({ capabilities, ...limits });
  environment = {
    HOME: folder.path,
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_B2EPHEM_TYPE: 'b2',
    RCLONE_CONFIG_B2EPHEM_ACCOUNT: keyId,
    RCLONE_CONFIG_B2EPHEM_KEY: key,
    RCLONE_CONFIG_B2EPHEM_ENDPOINT: b2.url,
  };
}

function rclone(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      '/usr/bin/rclone',
      [...args, '--retries', '1', '--low-level-retries', '4'],
      { env: environment, maxBuffer: 1e8 },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

function write(path: string, bytes: string | Buffer): void {
  const target = join(folder.path, 'source', path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
}
const source = (): string => join(folder.path, 'source');

describe('with the key that a mirror needs', () => {
  test('copy, check, list, cat and restore agree byte by byte', async () => {
    write('plain.txt', 'hello');
    write('empty', '');
    write('deep/er/with space & +plus%.bin', randomBytes(300_000));
    write('deep/naïve 文.json', '{}');
    expect(await rclone('copy', source(), 'b2ephem:box/p')).toMatchObject({ code: 0 });
    expect(await rclone('check', source(), 'b2ephem:box/p')).toMatchObject({ code: 0 });
    b2.log.clear();
    expect(await rclone('sync', source(), 'b2ephem:box/p')).toMatchObject({ code: 0 });
    expect(b2.log.count('upload'), 'nothing looked changed').toBe(0);
    expect((await rclone('cat', 'b2ephem:box/p/plain.txt')).stdout).toBe('hello');
    expect((await rclone('cat', '--offset', '1', '--count', '3', 'b2ephem:box/p/plain.txt')).stdout).toBe('ell');
    const listed = JSON.parse((await rclone('lsjson', '-R', '--fast-list', '--hash', 'b2ephem:box/p')).stdout) as {
      Path: string;
      Size: number;
      IsDir: boolean;
      Hashes?: { sha1?: string };
    }[];
    expect(
      listed
        .filter((entry) => !entry.IsDir)
        .map((entry) => entry.Path)
        .toSorted(),
    ).toEqual(['deep/er/with space & +plus%.bin', 'deep/naïve 文.json', 'empty', 'plain.txt']);
    expect(listed.find((entry) => entry.Path === 'plain.txt')).toMatchObject({
      Size: 5,
      Hashes: { sha1: 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d' },
    });
    const back = join(folder.path, 'back');
    expect(await rclone('copy', 'b2ephem:box/p', back)).toMatchObject({ code: 0 });
    expect(readFileSync(join(back, 'deep/er/with space & +plus%.bin'))).toEqual(
      readFileSync(join(source(), 'deep/er/with space & +plus%.bin')),
    );
  });

  test('large files go in parts and come back whole', async () => {
    write('large.bin', randomBytes(12_500_000));
    const cutoff = ['--b2-upload-cutoff', '5M', '--b2-chunk-size', '5M'];
    expect(await rclone('copy', source(), 'b2ephem:box', ...cutoff)).toMatchObject({ code: 0 });
    expect(b2.log.count('upload_part')).toBe(3);
    expect(b2.log.count('b2_finish_large_file')).toBe(1);
    expect(await rclone('check', source(), 'b2ephem:box', '--download')).toMatchObject({ code: 0 });
  });

  test('a listing is paged, and a folder is one entry of a page', async () => {
    const bucketId = b2.store.bucketId('box');
    for (let i = 0; i < 2300; i += 1) b2.store.put(bucketId, `many/${String(i).padStart(5, '0')}`, Buffer.from('x'));
    b2.store.put(bucketId, 'zz', Buffer.from('x'));
    const flat = await rclone('lsf', '-R', '--fast-list', '--files-only', 'b2ephem:box');
    expect(flat.stdout.trim().split('\n')).toHaveLength(2301);
    expect(b2.log.count('b2_list_file_names')).toBe(3);
    expect((await rclone('lsf', 'b2ephem:box')).stdout).toBe('many/\nzz\n');
  });

  test('it can hide, and can delete nothing', async () => {
    write('keep', '1');
    await rclone('copy', source(), 'b2ephem:box');
    expect(await rclone('deletefile', 'b2ephem:box/keep')).toMatchObject({ code: 0 });
    expect((await rclone('lsf', 'b2ephem:box')).stdout).toBe('');
    expect((await rclone('lsf', '--b2-versions', 'b2ephem:box')).stdout).toMatch(/^keep-v/);
    const hard = await rclone('deletefile', '--b2-hard-delete', '--b2-versions', 'b2ephem:box/keep');
    expect(hard.code).not.toBe(0);
    expect((await rclone('mkdir', 'b2ephem:other')).stderr).toContain('not entitled');
  });
});

test('a key of one bucket and one prefix sees no other', async () => {
  b2.store.addBucket('other');
  b2.store.put(b2.store.bucketId('other'), 'x', Buffer.from('x'));
  b2.store.put(b2.store.bucketId('box'), 'mine/x', Buffer.from('x'));
  useKey(mirrorCapabilities, { bucketName: 'box', namePrefix: 'mine/' });
  expect((await rclone('lsf', 'b2ephem:box/mine')).stdout).toBe('x\n');
  expect((await rclone('lsf', 'b2ephem:other')).code).not.toBe(0);
  expect((await rclone('lsf', 'b2ephem:box/yours')).code).not.toBe(0);
});

test('a key that may delete ends versions, and server-side copies keep their sum', async () => {
  useKey([...mirrorCapabilities, 'deleteFiles', 'writeBuckets']);
  write('a', 'same');
  await rclone('copy', source(), 'b2ephem:box');
  expect(await rclone('copyto', 'b2ephem:box/a', 'b2ephem:box/b')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(b2.log.count('b2_copy_file')).toBe(1);
  expect(await rclone('deletefile', '--b2-hard-delete', 'b2ephem:box/a')).toMatchObject({ code: 0 });
  expect((await rclone('lsf', '--b2-versions', 'b2ephem:box')).stdout).toBe('b\n');
  expect((await rclone('sha1sum', 'b2ephem:box/b')).stdout).toContain('  b\n');
});

test('an unfinished large upload is listed as such, and cleaned up', async () => {
  useKey([...mirrorCapabilities, 'deleteFiles']);
  const bucketId = b2.store.bucketId('box');
  b2.store.startLarge(bucketId, 'half', 'b2/x-auto', {});
  expect((await rclone('lsf', 'b2ephem:box')).stdout).toBe('');
  expect(await rclone('cleanup', 'b2ephem:box')).toMatchObject({ code: 0 });
  expect(b2.store.unfinished(bucketId), 'younger than a day: left alone').toHaveLength(1);
});

describe('faults', () => {
  const sums = async (): Promise<Ended> => rclone('check', source(), 'b2ephem:box');

  test('an expired token is renewed without a word', async () => {
    write('a', 'one');
    await rclone('copy', source(), 'b2ephem:box');
    b2.faults.arm({ on: 'b2_list_file_names', kind: 'expired_token', times: 1 });
    b2.log.clear();
    expect(await sums()).toMatchObject({ code: 0 });
    expect(b2.log.count('b2_authorize_account')).toBe(2);
  });

  test('a refused upload is sent again', async () => {
    write('a', 'one');
    b2.faults.arm({ on: 'upload', kind: 'unavailable', times: 1 });
    expect(await rclone('copy', source(), 'b2ephem:box')).toMatchObject({ code: 0 });
    expect(
      b2.log
        .requests()
        .filter((each) => each.operation === 'upload')
        .map((each) => each.status),
    ).toEqual([503, 200]);
    expect(await sums()).toMatchObject({ code: 0 });
  });

  test.each(['checksum_mismatch', 'cap_exceeded'] as const)(
    '%s ends the copy, and check finds what is missing',
    async (kind) => {
      write('a', 'one');
      write('b', 'two');
      b2.faults.arm({ on: 'upload', kind });
      expect((await rclone('copy', source(), 'b2ephem:box')).code).not.toBe(0);
      b2.faults.clear();
      expect((await sums()).code).not.toBe(0);
    },
  );

  test('a connection that is cut in the middle of an upload leaves nothing', async () => {
    write('a', randomBytes(2_000_000));
    b2.faults.arm({ on: 'upload', kind: 'cut', afterBytes: 500_000, times: 1 });
    expect(await rclone('copy', source(), 'b2ephem:box', '--retries', '3')).toMatchObject({ code: 0 });
    expect(
      b2.log
        .requests()
        .filter((each) => each.operation === 'upload')
        .map((each) => each.status),
    ).toEqual([null, 200]);
    expect(await sums()).toMatchObject({ code: 0 });
  });

  test('an upload whose answer was lost is there twice, and once to see', async () => {
    write('a', 'one');
    b2.faults.arm({ on: 'upload', kind: 'lost_answer', times: 1 });
    expect(await rclone('copy', source(), 'b2ephem:box', '--retries', '3')).toMatchObject({ code: 0 });
    expect((await rclone('lsf', '--b2-versions', 'b2ephem:box')).stdout.trim().split('\n')).toHaveLength(2);
    expect((await rclone('lsf', 'b2ephem:box')).stdout).toBe('a\n');
  });

  test('a byte flipped on the way back is found', async () => {
    write('a', randomBytes(10_000));
    await rclone('copy', source(), 'b2ephem:box');
    b2.faults.arm({ on: 'download_by_name', kind: 'flipped' });
    b2.faults.arm({ on: 'download_by_id', kind: 'flipped' });
    const back = join(folder.path, 'back');
    expect((await rclone('copy', 'b2ephem:box', back)).code).not.toBe(0);
    rmSync(back, { recursive: true, force: true });
    b2.faults.clear();
    expect(await rclone('copy', 'b2ephem:box', back)).toMatchObject({ code: 0 });
  });

  test('a revoked key is refused', async () => {
    b2.keys.revoke(environment['RCLONE_CONFIG_B2EPHEM_ACCOUNT']!);
    expect((await rclone('lsf', 'b2ephem:box')).stderr).toContain('invalid application key');
  });
});
