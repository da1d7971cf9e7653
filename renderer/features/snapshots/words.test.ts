import { expect, test } from 'vitest';
import type { MachineSnapshots, SnapshotItem } from '#shared/contract/snapshots.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { byMachine, copyOf, mirrorMarkOf, noteOf, placeOf, stateMarkOf } from './words.ts';

const item: SnapshotItem = {
  id: 's1',
  instanceId: '7',
  tag: '20260301T120000Z',
  path: '/backups/7/room/20260301T120000Z',
  state: 'verified',
  takenAt: '2026-03-01T12:00:00.000Z',
  verifiedAt: '2026-03-01T12:00:00.000Z',
  fileCount: 3,
  totalBytes: 900,
  manifestSha256: 'a'.repeat(64),
  verified: true,
  isCurrent: false,
  unchangedAt: null,
  held: [],
  acceptedAt: null,
  removedCount: 0,
  skippedCount: 0,
  carriedCount: 0,
  damage: null,
  pending: [],
};
const copy: MirroredSnapshot = {
  instanceId: '7',
  tag: item.tag,
  source: 'room',
  snapshotId: 's1',
  state: 'mirrored',
  because: 'listed',
  manifestSha256: item.manifestSha256,
  fileCount: 3,
  totalBytes: 900,
  pushedAt: null,
  checkedAt: null,
};

test('a snapshot that lost its proof is told apart from one that never had any', () => {
  expect(stateMarkOf(item)).toMatchObject({ shape: 'ok', word: 'Verified' });
  const damage = {
    foundAt: '2026-03-02T12:00:00.000Z',
    fileCount: 2,
    first: { path: 'work_dir/a.json', why: 'It has other bytes.' },
  };
  const damaged = stateMarkOf({ ...item, state: 'unverified', verified: false, damage });
  expect(damaged).toMatchObject({ shape: 'fail', word: 'Damaged' });
  expect(damaged.because).toContain('2 files are not what was stored');
  expect(damaged.because).toContain('work_dir/a.json: It has other bytes.');
  expect(stateMarkOf({ ...item, state: 'unverified', verified: false, verifiedAt: null })).toMatchObject({
    shape: 'unknown',
    word: 'Unverified',
  });
  const held = [{ code: 'root_empty', message: 'The root is empty.', paths: [] }];
  expect(stateMarkOf({ ...item, state: 'held', held })).toMatchObject({
    word: 'Held',
    because: 'The root is empty.',
  });
});

test('what was not read in the bucket is unknown and never absent', () => {
  expect(mirrorMarkOf(null, false).word).toBe('Unknown');
  expect(mirrorMarkOf(null, true).word).toBe('Not in B2');
  expect(mirrorMarkOf({ ...copy, state: 'incomplete' }, true)).toMatchObject({
    shape: 'fail',
    word: 'Damaged',
  });
});

test('a copy is known by its id, or by the same manifest of the same machine', () => {
  expect(copyOf(item, [copy])).toBe(copy);
  const foreign = { ...copy, snapshotId: null };
  expect(copyOf(item, [foreign])).toBe(foreign);
  expect(copyOf(item, [{ ...foreign, instanceId: '8' }])).toBeNull();
  expect(copyOf({ ...item, manifestSha256: null }, [{ ...foreign, manifestSha256: null }])).toBeNull();
});

test('a note names what a snapshot lacks', () => {
  expect(noteOf(item)).toBe('');
  const pending = [{ path: 'a.pt', sizeBytes: 2_000_000_000 }];
  expect(noteOf({ ...item, isCurrent: true, carriedCount: 1, pending })).toBe(
    'current, 1 file carried, 1 pending, 2.00 GB',
  );
});

test('a moment outside of the window has no place', () => {
  const from = Date.parse('2026-03-01T11:00:00Z');
  expect(placeOf(item.takenAt, from, from + 7_200_000)).toBe(50);
  expect(placeOf(item.takenAt, from, from + 60_000)).toBeNull();
});

test('machines are in the order of their last pulls', () => {
  const machine = (instanceId: string, lastGoodAt: string): MachineSnapshots => ({
    instanceId,
    lastGoodAt,
    failuresInRow: 0,
    lastAttempt: null,
    freshness: { state: 'fresh', ageMs: 1, because: '' },
  });
  const sorted = byMachine([machine('6', '2026-03-01T10:00:00Z'), machine('7', '2026-03-01T12:00:00Z')], [item]);
  expect(sorted.map((it) => [it.machine.instanceId, it.items.length])).toEqual([
    ['7', 1],
    ['6', 0],
  ]);
});
