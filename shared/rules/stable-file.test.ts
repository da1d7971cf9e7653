import { expect, test } from 'vitest';
import { afterTorn, judgeCopy, type CopyFacts, type FileSight } from './stable-file.ts';

const still: FileSight = { sizeBytes: 100, mtimeNs: '1700000000000000001', inode: '7' };
const facts = (changes: Partial<CopyFacts>): CopyFacts => ({
  before: still,
  after: still,
  copiedBytes: 100,
  copiedSha256: 'aa',
  remoteSha256: 'aa',
  remotePrefixSha256: null,
  ...changes,
});

test('a file that stood still and has the hash of the machine is whole', () => {
  expect(judgeCopy(facts({}))).toBe('whole');
});

test('the same size and time with another hash is torn', () => {
  expect(judgeCopy(facts({ remoteSha256: 'bb' }))).toBe('torn');
  expect(judgeCopy(facts({ remoteSha256: null }))).toBe('torn');
});

test('a file that only grew is a prefix once the hash of the prefix agrees', () => {
  const grown = { ...still, sizeBytes: 150, mtimeNs: '1700000000000000009' };
  expect(judgeCopy(facts({ after: grown, remoteSha256: 'cc' }))).toBe('ask_prefix');
  expect(judgeCopy(facts({ after: grown, remoteSha256: 'cc', remotePrefixSha256: 'aa' }))).toBe('prefix');
  expect(judgeCopy(facts({ after: grown, remoteSha256: 'cc', remotePrefixSha256: 'bb' }))).toBe('torn');
});

test('a file that grew before it was read and then stood still is whole', () => {
  const grown = { ...still, sizeBytes: 150, mtimeNs: '1700000000000000009' };
  expect(judgeCopy(facts({ after: grown, copiedBytes: 150 }))).toBe('whole');
});

test('shrunk, replaced and deleted files are no prefix', () => {
  expect(judgeCopy(facts({ after: { ...still, sizeBytes: 50 }, remotePrefixSha256: 'aa' }))).toBe('torn');
  expect(judgeCopy(facts({ after: { ...still, inode: '8', sizeBytes: 150 }, remotePrefixSha256: 'aa' }))).toBe('torn');
  expect(judgeCopy(facts({ after: { ...still, inode: '8' } }))).toBe('torn');
  expect(judgeCopy(facts({ after: null }))).toBe('gone');
});

test('a torn file is copied again, then carried, or left out when there is nothing to carry', () => {
  expect(afterTorn({ attempt: 1, hasVerifiedVersion: true })).toBe('again');
  expect(afterTorn({ attempt: 3, hasVerifiedVersion: true })).toBe('carry');
  expect(afterTorn({ attempt: 3, hasVerifiedVersion: false })).toBe('leave_out');
});
