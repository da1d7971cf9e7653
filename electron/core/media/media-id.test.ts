import { createHash } from 'node:crypto';
import { copyFile, link, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import { mediaIdSchema } from '#shared/model/ids.ts';
import { fingerprintEndBytes, fingerprintFile, hashFile, isSameVersion, mediaIdOf } from './media-id.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media id '));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

test('both ends are hashed, for files shorter and longer than them', async () => {
  for (const length of [
    0,
    1,
    fingerprintEndBytes - 1,
    fingerprintEndBytes,
    fingerprintEndBytes + 1,
    3 * fingerprintEndBytes,
  ]) {
    const bytes = Buffer.alloc(length, 'abcdefghijklm');
    const fingerprint = await fingerprintFile(await fileOf('x.mp4', bytes));
    expect(fingerprint).toMatchObject({
      sizeBytes: length,
      headHash: sha256(bytes.subarray(0, fingerprintEndBytes)),
      tailHash: sha256(bytes.subarray(Math.max(0, length - fingerprintEndBytes))),
    });
  }
});

test('an id fits the model, is the same for a copy and another for another salt, size or end', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  const version = fc.record({ sizeBytes: fc.nat(), headHash: hex, tailHash: hex });
  fc.assert(
    fc.property(version, fc.string({ minLength: 1 }), (one, salt) => {
      const id = mediaIdOf(one, salt);
      expect(mediaIdSchema.safeParse(id).success).toBe(true);
      expect(mediaIdOf({ ...one }, salt)).toBe(id);
      expect(mediaIdOf(one, `${salt}.`)).not.toBe(id);
      expect(mediaIdOf({ ...one, sizeBytes: one.sizeBytes + 1 }, salt)).not.toBe(id);
      expect(mediaIdOf({ ...one, headHash: sha256(Buffer.from(one.headHash)) }, salt)).not.toBe(id);
      expect(mediaIdOf({ ...one, tailHash: sha256(Buffer.from(one.tailHash)) }, salt)).not.toBe(id);
    }),
  );
});

test('letters of ids are spread evenly', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 1000; index += 1) {
    const id = mediaIdOf({ sizeBytes: index, headHash: 'a', tailHash: 'b' }, 'salt');
    for (const letter of id) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(counts.size).toBe(32);
  for (const count of counts.values()) expect(Math.abs(count - 812)).toBeLessThan(170);
});

test('the same place is known by its marks, a copy and a touched file by their bytes', async () => {
  const path = await fileOf('a.mp4', Buffer.alloc(200_000, 'clip'));
  const known = await fingerprintFile(path);
  expect(await isSameVersion(path, known)).toMatchObject({ same: true, checkedBy: 'marks' });

  const copy = join(folder, 'b.mp4');
  await copyFile(path, copy);
  const check = await isSameVersion(copy, known);
  expect(check).toMatchObject({ same: true, checkedBy: 'hashes' });
  expect(check.same ? await isSameVersion(copy, check.fingerprint) : null).toMatchObject({ checkedBy: 'marks' });

  await utimes(path, 1, 1);
  expect(await isSameVersion(path, known)).toMatchObject({ same: true, checkedBy: 'hashes' });
  const hard = join(folder, 'hard.mp4');
  await link(path, hard);
  expect(await isSameVersion(hard, await fingerprintFile(path))).toMatchObject({ same: true, checkedBy: 'marks' });
});

test('other bytes, another size and a missing file are told apart', async () => {
  const path = await fileOf('a.mp4', Buffer.alloc(200_000, 'clip'));
  const known = await fingerprintFile(path);
  await writeFile(path, Buffer.alloc(200_000, 'CLIP'));
  expect(await isSameVersion(path, known)).toMatchObject({ same: false, because: 'other_bytes' });
  await writeFile(path, 'short');
  expect(await isSameVersion(path, known)).toMatchObject({ same: false, because: 'other_size' });
  await rm(path);
  expect(await isSameVersion(path, known)).toMatchObject({ same: false, because: 'missing' });
});

test('the whole hash reports its bytes and can be cancelled', async () => {
  const bytes = Buffer.alloc(2_500_000, 'whole');
  const path = await fileOf('a.mp4', bytes);
  const seen: number[] = [];
  expect(await hashFile(path, undefined, (count) => seen.push(count))).toBe(sha256(bytes));
  expect(seen.at(-1)).toBe(bytes.length);
  expect(seen.length).toBeGreaterThan(1);
  const abort = new AbortController();
  await expect(hashFile(path, abort.signal, () => abort.abort())).rejects.toMatchObject({ code: 'cancelled' });
});

test('what is no file says so', async () => {
  await expect(fingerprintFile(join(folder, 'none.mp4'))).rejects.toMatchObject({ code: 'file_missing' });
  await expect(fingerprintFile(folder)).rejects.toBeInstanceOf(RoomError);
});
