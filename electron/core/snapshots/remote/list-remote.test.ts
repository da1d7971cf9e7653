import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHashes } from './hash-remote.ts';
import { parseListing, toNs } from './list-remote.ts';

const entry = (name: string): string =>
  `E\0f\u000012\u00001700000000.1234567890\u00001700000001.0000000000\u000077\0\0${name}\0`;
const answer = `H\0C.1\u00001700000000.5\0D\0/root\0${entry('a b')}${entry('new\nline')}Z\u00000\0M\0OK\0`;

test('an answer is read to its end', () => {
  const listing = parseListing(answer, '');
  expect(listing).toMatchObject({ hostName: 'C.1', clockMs: 1_700_000_000_500 });
  expect(listing?.roots.map((root) => root.kind)).toEqual(['dir', 'missing']);
  expect(listing?.roots[0]?.entries).toEqual([
    expect.objectContaining({ relativePath: 'a b', sizeBytes: 12, mtimeNs: '1700000000123456789', inode: '77' }),
    expect.objectContaining({ relativePath: 'new\nline' }),
  ]);
});

test('an answer that was cut short anywhere is none', () => {
  fc.assert(
    fc.property(fc.nat(answer.length - 2), (length) => {
      expect(parseListing(answer.slice(0, length), '')).toBeNull();
    }),
  );
  const hashes = `${'a'.repeat(64)}  /x\0T\u00001\u00001.0000000000\u00002\0/x\0OK\0`;
  expect(parseHashes(hashes, ['/x'])?.get('/x')?.sha256).toBe('a'.repeat(64));
  expect(parseHashes(hashes.slice(0, -4), ['/x'])).toBeNull();
});

test('a folder that can not be read makes its root incomplete, a file that was deleted meanwhile does not', () => {
  const failed = answer.replace('Z\u00000', 'Z\u00001');
  expect(parseListing(failed, "find: '/root/x': No such file or directory\n")?.roots[0]?.isComplete).toBe(true);
  expect(parseListing(failed, "find: '/root/x': Permission denied\n")?.roots[0]?.isComplete).toBe(false);
});

test('times are whole nanoseconds', () => {
  expect(toNs('1700000000.1234567890')).toBe('1700000000123456789');
  expect(toNs('0.0000000000')).toBe('0');
  expect(toNs('-1.5000000000')).toBe('-1500000000');
  expect(toNs('soon')).toBeNull();
});
