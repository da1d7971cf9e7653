import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrientationItem } from '#shared/model/orientation.ts';
import {
  copyDemoRun,
  filterClip,
  laterBy,
  swapFiles,
  type DemoClip,
  type RunCopy,
} from '../support/depth/spoil-run.ts';
import { demoRuns, openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

let folder: ReturnType<typeof temporaryFolder>;
let room: TestCore;

beforeAll(async () => {
  folder = temporaryFolder();
  room = await openTestCore(join(folder.path, 'workspace'));
});
afterAll(async () => {
  await room.close();
  folder.remove();
});

/** Imports a copy and answers its run with what was said of each clip, by file name without its ending. */
async function checkCopy(copy: RunCopy): Promise<{ runId: string; of: (clip: DemoClip) => OrientationItem }> {
  const { runs } = await room.call('runs.import', { path: copy.root });
  const { runId } = runs[0]!;
  await room.call('orientation.check', { runId });
  const { items } = await room.call('orientation.list', { runId });
  return { runId, of: (clip) => items.find((it) => it.fileName === `${clip}.mp4`)! };
}

const found = (item: OrientationItem): readonly unknown[] => [item.verdict, item.transform, item.polarity];
const slow = 180_000;

test(
  'every pair of the shipped demo runs is aligned; a run without enriched clips says so',
  { timeout: slow },
  async () => {
    const { runs } = await room.call('runs.import', { path: demoRuns });
    expect(runs).toHaveLength(3);
    const notes: (string | null)[] = [];
    for (const { runId } of runs) {
      const { note, checkedCount } = await room.call('orientation.check', { runId });
      const { items, counts } = await room.call('orientation.list', { runId });
      notes.push(note);
      expect(items).toHaveLength(checkedCount);
      expect(counts).toMatchObject({ aligned: checkedCount, not_checked: 0 });
      for (const item of items) expect(found(item)).toEqual(['aligned', 'identity', 'same']);
    }
    expect(notes).toEqual([null, null, 'This run has no enriched clips, so it has no control depth.']);
    // Seen as they are, they are not new any more.
    expect(await room.call('orientation.check', { everything: 'new' })).toMatchObject({ checkedCount: 0 });
  },
);

test('two checks at once, from two processes, do not take each other’s pictures', { timeout: slow }, async () => {
  const both = [await openTestCore(join(folder.path, 'workspace')), room];
  try {
    const { runs } = await room.call('runs.import', { path: demoRuns });
    const { runId } = runs[0]!;
    const seen = await Promise.all(both.map((each) => each.call('orientation.check', { runId })));
    expect(seen[0]!.counts).toMatchObject({ aligned: seen[0]!.checkedCount, inconclusive: 0 });
    expect(seen[1]!.counts).toEqual(seen[0]!.counts);
  } finally {
    await both[0]!.close();
  }
});

test('turned, mirrored and inverted sidecars', { timeout: slow }, async () => {
  const copy = copyDemoRun(folder.path, '50000001');
  filterClip(copy.control('clip_000_orbit_morning_daylight'), 'hflip,vflip');
  filterClip(copy.control('clip_000_orbit_evening_lamps'), 'hflip');
  filterClip(copy.control('clip_001_sweep_morning_daylight'), 'vflip');
  filterClip(copy.control('clip_001_sweep_evening_lamps'), 'negate');
  const { of } = await checkCopy(copy);
  expect(found(of('clip_000_orbit_morning_daylight'))).toEqual(['misaligned', 'rotate_180', 'same']);
  expect(found(of('clip_000_orbit_evening_lamps'))).toEqual(['misaligned', 'flip_left_right', 'same']);
  expect(found(of('clip_001_sweep_morning_daylight'))).toEqual(['misaligned', 'flip_up_down', 'same']);
  expect(found(of('clip_001_sweep_evening_lamps'))).toEqual(['aligned', 'identity', 'inverted']);
});

test('swapped, late and flat sidecars', { timeout: slow }, async () => {
  const copy = copyDemoRun(folder.path, '50000002');
  swapFiles(copy.control('clip_000_orbit_morning_daylight'), copy.control('clip_001_sweep_morning_daylight'));
  filterClip(copy.control('clip_000_orbit_evening_lamps'), laterBy(6));
  filterClip(copy.control('clip_001_sweep_evening_lamps'), 'drawbox=color=gray:t=fill');
  const { runId, of } = await checkCopy(copy);
  expect(of('clip_000_orbit_morning_daylight').verdict).toBe('not_the_same_clip');
  expect(of('clip_001_sweep_morning_daylight').verdict).toBe('not_the_same_clip');
  expect(of('clip_000_orbit_evening_lamps').verdict).toBe('time_shift');
  expect(of('clip_001_sweep_evening_lamps')).toMatchObject({
    verdict: 'inconclusive',
    because: expect.stringContaining('control depth has no structure'),
  });

  // Two frames of a slow clip gain little: that is no verdict, and surely not "aligned".
  const late = of('clip_000_orbit_evening_lamps');
  swapFiles(copy.control('clip_000_orbit_morning_daylight'), copy.control('clip_001_sweep_morning_daylight'));
  filterClip(copy.control('clip_000_orbit_morning_daylight'), laterBy(2));
  await room.call('runs.import', { path: copy.root });
  const stale = (await room.call('orientation.get', { clipId: of('clip_000_orbit_morning_daylight').clipId })).item;
  expect(stale).toMatchObject({ verdict: null, standing: null, because: expect.stringContaining('changed since') });
  expect((await room.call('orientation.get', { clipId: late.clipId })).item).toEqual(late);
  // Only what changed is new.
  expect(await room.call('orientation.check', { everything: 'new' })).toMatchObject({
    checkedCount: 2,
    runIds: [runId],
  });
  const slight = await room.call('orientation.get', { clipId: stale.clipId });
  expect(slight.item).toMatchObject({ verdict: 'inconclusive', because: expect.stringContaining('2 frames earlier') });
  expect(slight.checks.map((check) => check.verdict)).toEqual(['inconclusive', 'not_the_same_clip']);
});

describe('what can not be compared is a row that says why', () => {
  test('missing, cut off and rebuilt', { timeout: slow }, async () => {
    const copy = copyDemoRun(folder.path, '50000003');
    rmSync(copy.control('clip_000_orbit_morning_daylight'));
    truncateSync(copy.control('clip_001_sweep_morning_daylight'), 30_000);
    // Nothing says any more which file was used: the chain is gone through again, from frame 12 of the render's depth.
    rmSync(copy.file('clip_000_orbit_evening_lamps.json'));
    rmSync(copy.file('_trimmed_inputs/clip_001_sweep_depth_trim.mp4'));
    const manifest = copy.file('enriched_manifest.json');
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replaceAll('renders/clip_001_sweep_depth.mp4', 'renders/gone_depth.mp4'),
    );
    const { of } = await checkCopy(copy);
    expect(of('clip_000_orbit_morning_daylight')).toMatchObject({
      verdict: 'inconclusive',
      score: null,
      because: expect.stringContaining('is not in the run folder'),
    });
    expect(of('clip_001_sweep_evening_lamps').because).toContain('renders/gone_depth.mp4, from which it was made');
    expect(of('clip_001_sweep_morning_daylight').verdict).toBe('inconclusive');
    const rebuilt = of('clip_000_orbit_evening_lamps');
    expect(found(rebuilt)).toEqual(['aligned', 'identity', 'same']);
    const [check] = (await room.call('orientation.get', { clipId: rebuilt.clipId })).checks;
    expect(check!.evidence).toMatchObject({
      inputFrom: 'rebuilt',
      inputNote: 'The arguments that Cosmos was given are not in the run folder.',
      window: { startFrame: 12, stepFrames: 1, frameCount: 49 },
      input: { path: 'kitchen_0787/renders/clip_000_orbit_depth.mp4', frameCount: 73 },
      control: { frameCount: 49, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      versions: { rules: 1 },
    });
    expect(check!.evidence.framePairs[0]).toEqual([1, 13]);
  });

  test('the folder is gone', async () => {
    const copy = copyDemoRun(folder.path, '50000004');
    const { runs } = await room.call('runs.import', { path: copy.root });
    rmSync(copy.root, { recursive: true });
    await room.call('orientation.check', { runId: runs[0]!.runId });
    const { items } = await room.call('orientation.list', { runId: runs[0]!.runId });
    for (const item of items)
      expect(item).toMatchObject({
        verdict: 'inconclusive',
        because: 'The folder of the run is not on this computer.',
      });
  });
});

test('without ffmpeg the check waits, says so, and nothing is stored', async () => {
  const bare = await openTestCore(join(folder.path, 'bare'));
  try {
    await bare.call('settings.set', { ffmpegPath: join(folder.path, 'no-ffmpeg') });
    const { runs } = await bare.call('runs.import', { path: join(demoRuns, '32182930') });
    await expect(bare.call('orientation.check', { runId: runs[0]!.runId })).rejects.toMatchObject({
      code: 'queued',
      message: expect.stringContaining('4 clips was not checked: ffmpeg is needed'),
    });
    const { counts } = await bare.call('orientation.list', { runId: runs[0]!.runId });
    expect(counts).toMatchObject({ aligned: 0, not_checked: 4 });
  } finally {
    await bare.close();
  }
});

test('a person overrules, and both stay; another file needs another word', { timeout: slow }, async () => {
  const copy = copyDemoRun(folder.path, '50000005');
  const { runs } = await room.call('runs.import', { path: copy.root });
  const { items } = await room.call('orientation.list', { runId: runs[0]!.runId });
  const { clipId, fileName } = items[0]!;
  await room.call('orientation.check', { clipId });
  const word = { clipId, verdict: 'misaligned', reason: 'The shelf is on the left in the input.' } as const;
  expect(await room.call('orientation.override', word)).toMatchObject({ verdict: 'aligned', standing: 'misaligned' });
  await room.call('orientation.override', { clipId, verdict: null, reason: 'Looked again.' });
  const taken = await room.call('orientation.get', { clipId });
  expect(taken.item).toMatchObject({ verdict: 'aligned', standing: 'aligned', override: null });
  expect(taken.overrides.map((it) => it.reason)).toEqual(['Looked again.', word.reason]);
  await room.call('orientation.override', word);
  expect((await room.call('decisions.verify', {})).state).toBe('verified');

  filterClip(copy.control(fileName.replace('.mp4', '') as DemoClip), 'hflip');
  await room.call('runs.import', { path: copy.root });
  const after = await room.call('orientation.get', { clipId });
  expect(after.item).toMatchObject({ verdict: null, standing: null, override: null });
  expect(after.overrides[0]).toMatchObject({ verdict: 'misaligned', isOnEarlierBytes: true });
});

test('a resident room checks new clips by itself, once', { timeout: slow }, async () => {
  const path = join(folder.path, 'resident');
  const resident = await openTestCore(path, {}, { role: 'resident' });
  const checked = new Promise<void>((resolve) => {
    resident.core.events.subscribe((event) => {
      if (event.name === 'orientation.changed') resolve();
    });
  });
  try {
    const { runs } = await resident.call('runs.import', { path: join(demoRuns, '32182930') });
    await checked;
    const { items } = await resident.call('jobs.list', { kinds: ['orientation.check'] });
    await resident.core.jobs.waitFor(items[0]!.id);
    expect(items).toMatchObject([{ actor: 'schedule', subject: 'new clips' }]);
    expect((await resident.call('orientation.list', { runId: runs[0]!.runId })).counts.aligned).toBe(4);
    await resident.call('runs.import', { path: join(demoRuns, '32182930') });
    expect((await resident.call('jobs.list', { kinds: ['orientation.check'] })).items).toHaveLength(1);
  } finally {
    await resident.close();
  }
});
