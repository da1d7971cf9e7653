import { appendFileSync, cpSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyFolder, demoRuns, openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

/** One run seen several times: earlier, later, elsewhere, with files gone or replaced. */
let folder: ReturnType<typeof temporaryFolder>;
let room: TestCore;
const vast = (...parts: string[]): string => join(folder.path, 'vast', '32182944', ...parts);

beforeEach(async () => {
  folder = temporaryFolder();
  room = await openTestCore(join(folder.path, 'workspace'));
});
afterEach(async () => {
  await room.close();
  folder.remove();
});

function copySnapshot(tag: string): string {
  copyFolder(join(demoRuns, '32182944', 'latest'), vast(tag));
  return vast(tag);
}

/** The same run as it lay there before S3 was done: results, summary and the rest of the log did not exist yet. */
function copyEarlySnapshot(tag: string): string {
  const snapshot = copySnapshot(tag);
  const workDir = join(snapshot, 'work_dir');
  rmSync(join(workDir, 'pipeline_summary.json'));
  for (const name of readdirSync(join(workDir, 'kitchen_0787')))
    if (/^s[3-6].*_result\.json$/.test(name)) rmSync(join(workDir, 'kitchen_0787', name));
  const log = readFileSync(join(workDir, 'run_all.log'), 'utf8');
  writeFileSync(join(workDir, 'run_all.log'), log.slice(0, log.indexOf('Starting stage: s3_finetune') + 12));
  const manifest = readFileSync(join(snapshot, 'sync_manifest.txt'), 'utf8');
  writeFileSync(
    join(snapshot, 'sync_manifest.txt'),
    manifest.replace(/timestamp_utc=.*/, 'timestamp_utc=2026-11-23T14:08:55Z'),
  );
  return snapshot;
}

const onlyRun = async () => {
  const { items } = await room.call('runs.list', {});
  expect(items).toHaveLength(1);
  return items[0]!;
};

test.each([
  ['with manifests', true, true],
  ['without manifests', false, false],
  ['the early one with, the late one without', true, false],
  ['the early one without, the late one with', false, true],
])('an early snapshot never makes a finished run older, whichever comes first: %s', async (_, early, late) => {
  const earlyFolder = copyEarlySnapshot('20261123T140855Z');
  const lateFolder = copySnapshot('20261123T150000Z');
  if (!early) rmSync(join(earlyFolder, 'sync_manifest.txt'));
  if (!late) rmSync(join(lateFolder, 'sync_manifest.txt'));
  await room.call('runs.import', { path: earlyFolder });
  expect(await onlyRun()).not.toMatchObject({ status: 'success' });
  await room.call('runs.import', { path: lateFolder });
  expect(await onlyRun()).toMatchObject({ status: 'success', observationCount: 2, snapshotTag: '20261123T150000Z' });
  // Seen again, and not as before: the latest sight is now the early one.
  rmSync(join(earlyFolder, 'work_dir', 'kitchen_0787', 'gemini_polish', 'polished_manifest.json'));
  await room.call('runs.import', { path: earlyFolder });
  const run = await onlyRun();
  expect(run).toMatchObject({ status: 'success', observationCount: 2, snapshotTag: '20261123T150000Z' });
  const { logs } = await room.call('runs.get', { id: run.id });
  const lines = readFileSync(join(lateFolder, 'work_dir', 'run_all.log'), 'utf8')
    .trimEnd()
    .split('\n').length;
  expect(logs.find((log) => log.path === 'run_all.log')!.lineCount).toBe(lines);
});

test('a clip whose file is gone at the next import stays, as missing, with what was known and decided', async () => {
  const snapshot = copySnapshot('latest');
  // Two variants have the same depth control; their bytes would serve for each other.
  for (const [i, name] of readdirSync(join(snapshot, 'work_dir', 'kitchen_0787', 'enriched')).entries())
    if (name.endsWith('.mp4'))
      appendFileSync(join(snapshot, 'work_dir', 'kitchen_0787', 'enriched', name), `\0\0\0\x0cfree${1000 + i}`);
  await room.call('runs.import', { path: snapshot });
  const run = await onlyRun();
  const { items: clips } = await room.call('clips.list', { runId: run.id });
  // One that a manifest names, and one that only its file told of.
  const enriched = clips.find((clip) => clip.role === 'enriched')!;
  const sidecar = clips.find((clip) => clip.role === 'control_sidecar')!;
  for (const clip of [enriched, sidecar]) {
    await room.call('decisions.record', {
      subject: { kind: 'clip', clipId: clip.id, mediaId: clip.mediaId, frame: null, frameEnd: null },
      value: { kind: 'note', note: clip.role },
    });
    rmSync(join(snapshot, 'work_dir', clip.path));
  }
  for (let i = 0; i < 2; i++) {
    await room.call('runs.import', { path: snapshot });
    for (const clip of [enriched, sidecar]) {
      expect(await room.call('clips.get', { id: clip.id })).toMatchObject({
        mediaId: clip.mediaId,
        frameCount: clip.frameCount,
        isPresent: false,
        playable: false,
        unplayableBecause: 'The file is gone from every place where it was seen.',
      });
    }
    expect((await room.call('decisions.list', { runId: run.id })).items).toHaveLength(2);
    expect((await room.call('runs.get', { id: run.id })).observations).toHaveLength(1);
    await room.call('history.rebuild', {});
  }
});

test('a clip that the newest snapshot only names plays from an older one that still has it', async () => {
  const older = copySnapshot('20261123T150000Z');
  await room.call('runs.import', { path: older });
  const run = await onlyRun();
  const clip = (await room.call('clips.list', { runId: run.id, role: ['enriched'] })).items[0]!;
  cpSync(older, vast('20261123T160000Z'), { recursive: true, preserveTimestamps: true });
  rmSync(vast('20261123T160000Z', 'work_dir', clip.path));
  await room.call('runs.import', { path: vast('20261123T160000Z') });
  expect(await room.call('clips.get', { id: clip.id })).toMatchObject({ mediaId: clip.mediaId, playable: true });
});

test('clips of a run whose place now holds another run are not said to be there', async () => {
  const snapshot = copySnapshot('latest');
  await room.call('runs.import', { path: snapshot });
  const run = await onlyRun();
  const { items: before } = await room.call('clips.list', { runId: run.id, role: ['enriched'] });
  const workDir = join(snapshot, 'work_dir');
  const texts = ['run_all.log', 'pipeline_summary.json'].concat(
    readdirSync(join(workDir, 'kitchen_0787'))
      .filter((name) => name.endsWith('_result.json'))
      .map((name) => join('kitchen_0787', name)),
  );
  for (const name of texts)
    writeFileSync(
      join(workDir, name),
      readFileSync(join(workDir, name), 'utf8').replaceAll('2026-11-23', '2026-11-24'),
    );
  // Other bytes of the same length: only reading them tells.
  for (const clip of before) {
    const bytes = readFileSync(join(workDir, clip.path));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(workDir, clip.path), bytes);
  }
  await room.call('runs.import', { path: snapshot });
  expect((await room.call('runs.list', {})).totalCount).toBe(2);
  for (const clip of before) {
    expect(await room.call('clips.get', { id: clip.id })).toMatchObject({
      mediaId: clip.mediaId,
      isPresent: false,
      playable: false,
    });
  }
});

test('a folder that was renamed is missing at once under its old name', async () => {
  copyFolder(join(demoRuns, '32182944', 'latest', 'work_dir'), vast('..', 'a_run'));
  await room.call('runs.import', { path: vast('..', 'a_run') });
  renameSync(vast('..', 'a_run'), vast('..', 'b_run'));
  await room.call('runs.import', { path: vast('..', 'b_run') });
  const { items } = await room.call('runs.list', { sort: 'name', descending: false });
  expect(items.map((run) => [run.name, run.filesMissing])).toEqual([
    ['a_run', true],
    ['b_run', false],
  ]);
});

test('lines and results of a wrong clock are read like any others', async () => {
  const workDir = join(copySnapshot('latest'), 'work_dir');
  appendFileSync(join(workDir, 'run_all.log'), '9999-12-31 23:59:59,999 [ERROR] x.y: xyzzy\n'.repeat(3));
  for (const key of ['s2_enrich', 's3_finetune']) {
    const path = join(workDir, 'kitchen_0787', `${key}_result.json`);
    const result = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...result, detail: 'plugh', timestamp: '9999-12-31T23:59:59+00:00' }));
  }
  const { problems } = await room.call('runs.import', { path: vast() });
  expect(problems).toEqual([]);
  expect((await room.call('history.search', { text: 'xyzzy' })).items).toHaveLength(3);
  expect((await room.call('history.search', { text: 'plugh' })).items).toHaveLength(2);
});
