import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectFileMachine, type MachineFile } from '../support/snapshots/file-machine.ts';
import { removeTree } from '#core/snapshots/store/commit.ts';
import { layoutOf } from '#core/snapshots/store/layout.ts';
import { readSnapshot } from '#core/snapshots/store/manifest-file.ts';
import type { PullSpec } from '#core/snapshots/pull/pull-spec.ts';
import { runPull } from '#core/snapshots/pull/run-pull.ts';

const manifest: MachineFile = {
  path: '/models/outputs/clip_manifest.json',
  mtimeMs: 1_790_000_000_000,
  inode: 7,
  bytes: Buffer.from('{"clips":[1,2,3]}'),
  sizeBytes: 17,
  motion: 'none',
};

test('a small file that tears each time it is copied is in the snapshot as it was before, its bytes too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'room-carried-'));
  onTestFinished(() => {
    removeTree(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  const roomFolder = join(folder, 'room');
  const pull = (file: MachineFile, nowMs: number) => {
    const spec: PullSpec = {
      snapshotId: `snap_${nowMs}`,
      instanceId: '1',
      roomFolder,
      items: [{ remote: '/models/outputs', local: 'work_dir', excludes: [], isRequired: true }],
      largeFileBytes: 64 * 1024 * 1024,
      lane: 'small',
      firstPatterns: [],
      nowMs,
      tools: {},
      address: { host: 'machine', port: 22 },
    };
    const connection = connectFileMachine({ hostName: 'machine', files: [file] });
    const deps = { connect: () => Promise.resolve(connection), signal: new AbortController().signal };
    return runPull(spec, { ...deps, report: () => undefined });
  };
  const stored = (tag: string) => {
    const [row] = readSnapshot(layoutOf(roomFolder), tag)!.manifest.files;
    const bytes = readFileSync(join(roomFolder, tag, 'work_dir/clip_manifest.json'));
    return { origin: row?.origin, isAsItSays: hash('sha256', bytes) === row?.sha256, text: bytes.toString() };
  };
  const as = (origin: string) => ({ origin, isAsItSays: true, text: '{"clips":[1,2,3]}' });

  const nowMs = manifest.mtimeMs + 60_000;
  const first = await pull(manifest, nowMs);
  expect(stored(first.snapshot.tag)).toEqual(as('pulled'));
  const torn = await pull({ ...manifest, mtimeMs: nowMs, motion: 'rewritten' }, nowMs + 60_000);
  expect(torn.snapshot.carriedCount).toBe(1);
  expect(stored(torn.snapshot.tag)).toEqual(as('carried'));
  // What stands still again is told by its hash, and is taken from the carried copy.
  const after = await pull({ ...manifest, mtimeMs: nowMs + 90_000 }, nowMs + 120_000);
  expect(stored(after.snapshot.tag)).toEqual(as('unchanged'));
});
