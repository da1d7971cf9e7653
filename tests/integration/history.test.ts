import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonicalStages } from '#shared/model/stages.ts';
import { copyFolder, demoRuns, openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

let folder: ReturnType<typeof temporaryFolder>;
let room: TestCore;
const backups = (...parts: string[]): string => join(folder.path, 'backups', 'vast', ...parts);
const workspace = (): string => join(folder.path, 'workspace');

beforeEach(async () => {
  folder = temporaryFolder();
  copyFolder(demoRuns, backups());
  room = await openTestCore(workspace());
});

afterEach(async () => {
  await room.close();
  folder.remove();
});

async function reopen(): Promise<void> {
  await room.close();
  room = await openTestCore(workspace());
}

function editJson(path: string, edit: (value: Record<string, unknown>) => void): void {
  const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  edit(value);
  writeFileSync(path, JSON.stringify(value, null, 2));
}

test('three runs are read, with their verdicts, stages, clips and log lines', async () => {
  const imported = await room.call('runs.import', { path: backups() });
  expect(imported.runs.map((run) => run.outcome)).toEqual(['new_run', 'new_run', 'new_run']);
  expect(imported.problems).toEqual([]);

  const { items } = await room.call('runs.list', {});
  expect(items.map((run) => [run.instanceId, run.status, run.facilityIds])).toEqual([
    ['32182955', 'failed', ['kitchen_0787']],
    ['32182944', 'success', ['kitchen_0787']],
    ['32182930', 'success', ['kitchen_0787']],
  ]);
  const failed = await room.call('runs.get', { id: items[0]!.id });
  expect(failed.labels.status).toBe('Failed in S2');
  const order = canonicalStages.map((stage) => stage.key as string);
  const positions = failed.stages.map((stage) => order.indexOf(stage.key));
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  expect(failed.stages.find((stage) => stage.key === 's2_enrich')).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining('natsort'),
  });

  const { items: clips } = await room.call('clips.list', { runId: items[1]!.id, role: ['enriched'] });
  expect(clips).toHaveLength(4);
  for (const clip of clips) {
    expect(clip).toMatchObject({
      role: 'enriched',
      frameCount: 49,
      fps: 10,
      widthPx: 640,
      heightPx: 480,
      playable: true,
    });
    expect(clip.codec).toMatch(/^avc1\./);
    expect(clip.sha256).toMatch(/^[0-9a-f]{64}$/);
  }

  const found = await room.call('history.search', { text: 'natsort' });
  const hit = found.items.find((it) => it.kind === 'log');
  expect(hit).toMatchObject({ runId: items[0]!.id, stageKey: 's2_enrich', level: 'ERROR' });
  expect(hit!.text.slice(...hit!.highlights[0]!)).toBe('natsort');
});

test('parts of words are found in error lines, whole words in all lines, newest first', async () => {
  await room.call('runs.import', { path: backups() });
  expect((await room.call('history.search', { text: 'atsor', kinds: ['log'] })).items.length).toBeGreaterThan(0);
  expect((await room.call('history.search', { text: 'rocessin', kinds: ['log'] })).items).toEqual([]);
  const all = await room.call('history.search', { text: 'stage', kinds: ['log'], limit: 500 });
  const times = all.items.map((it) => it.at!);
  expect(times).toEqual(times.toSorted().toReversed());
  expect((await room.call('history.search', { text: 'completed', levels: ['ERROR'] })).items).toEqual([]);
  expect((await room.call('history.search', { text: '"OR NOT (NEAR*' })).items).toEqual([]);
  const unfinished = await room.call('history.search', { text: 'processi', kinds: ['log'], limit: 500 });
  expect(unfinished.items.length).toBeGreaterThan(0);
  expect(unfinished.items.every((hit) => /processi/i.test(hit.text))).toBe(true);
});

test('importing the same folder again changes nothing', async () => {
  await room.call('runs.import', { path: backups() });
  const before = await room.call('room.info', {});
  const again = await room.call('runs.import', { path: backups() });
  expect(again.runs.map((run) => [run.outcome, run.newLogLines])).toEqual([
    ['unchanged', 0],
    ['unchanged', 0],
    ['unchanged', 0],
  ]);
  expect((await room.call('room.info', {})).counts).toEqual(before.counts);
});

test('a run seen in a second snapshot gains an observation, no log line twice, and plays from what is left', async () => {
  await room.call('runs.import', { path: backups() });
  const before = await room.call('room.info', {});
  copyFolder(backups('32182930', 'latest'), backups('32182930', '20261123T150000Z'));
  const result = {
    stage_name: 's7_cross_site',
    status: 'skipped',
    elapsed_seconds: 0,
    outputs: {},
    metrics: {},
    detail: '',
    timestamp: '2026-11-23T14:08:45.000000+00:00',
  };
  writeFileSync(
    backups('32182930', '20261123T150000Z', 'work_dir', 's7_cross_site_result.json'),
    JSON.stringify(result),
  );
  await room.call('runs.import', { path: backups() });

  const { items } = await room.call('runs.list', {});
  expect(items.map((run) => [run.instanceId, run.observationCount])).toEqual([
    ['32182955', 1],
    ['32182944', 1],
    ['32182930', 2],
  ]);
  expect((await room.call('room.info', {})).counts.logLines).toBe(before.counts.logLines);

  const run = items[2]!;
  const { items: clips } = await room.call('clips.list', { runId: run.id, role: ['enriched'] });
  rmSync(backups('32182930', 'latest'), { recursive: true });
  for (const clip of clips) {
    const response = await room.core.media.open(clip.mediaId!, { method: 'GET', rangeHeader: 'bytes=0-99' });
    expect(response.status).toBe(206);
    const bytes = await response.body!.toArray();
    expect(Buffer.concat(bytes)).toHaveLength(100);
  }
  expect((await room.call('runs.get', { id: run.id })).filesMissing).toBe(false);
  expect((await room.call('clips.list', { runId: run.id })).items.every((clip) => clip.isPresent)).toBe(true);
});

test('a fresh run in the same work dir is another run', async () => {
  await room.call('runs.import', { path: backups() });
  const workDir = backups('32182930', 'latest', 'work_dir');
  const later = (text: string): string =>
    text.replaceAll('2026-11-23T13', '2026-11-23T19').replaceAll('2026-11-23T14', '2026-11-23T20');
  for (const name of ['pipeline_summary.json'])
    writeFileSync(join(workDir, name), later(readFileSync(join(workDir, name), 'utf8')));
  const log = readFileSync(join(workDir, 'run_all.log'), 'utf8');
  writeFileSync(
    join(workDir, 'run_all.log'),
    log.replaceAll('2026-11-23 13', '2026-11-23 19').replaceAll('2026-11-23 14', '2026-11-23 20'),
  );
  await room.call('runs.import', { path: backups() });
  const { items } = await room.call('runs.list', {});
  expect(items.map((run) => run.instanceId)).toEqual(['32182930', '32182955', '32182944', '32182930']);
  // The earlier run is no longer at that place: what is shown of it is what was seen.
  expect(items[3]!.filesMissing).toBe(true);
});

test('a grown log is read on from where it was, a rewritten one from its start', async () => {
  await room.call('runs.import', { path: backups('32182955') });
  const log = backups('32182955', 'latest', 'work_dir', 'run_all.log');
  const before = readFileSync(log, 'utf8');
  writeFileSync(log, `${before}2026-11-23 14:12:00,000 [INFO] blueprint_validation.pipeline: one more line\n`);
  const grown = await room.call('runs.import', { path: backups('32182955') });
  expect(grown.runs.map((run) => run.newLogLines)).toEqual([1]);
  const { items } = await room.call('runs.list', {});
  const run = await room.call('runs.get', { id: items[0]!.id });
  expect(run.logs.map((it) => it.lineCount)).toEqual([before.trimEnd().split('\n').length + 1]);
  const read = await room.call('logs.read', { id: run.logs[0]!.id, levels: ['ERROR'] });
  expect(read.firstErrorOffset).toBe(0);
  expect(read.items[0]!.text).toContain('natsort');
});

test('decisions, jobs and runs outlive the index and the folder', async () => {
  await room.call('runs.import', { path: backups() });
  const { items } = await room.call('runs.list', {});
  const run = items[2]!;
  const { items: clips } = await room.call('clips.list', { runId: run.id, role: ['enriched'] });
  const clip = clips[0]!;
  const decision = await room.call('decisions.record', {
    subject: { kind: 'clip', clipId: clip.id, mediaId: clip.mediaId, frame: 22, frameEnd: null },
    value: { kind: 'note', note: 'the arm is gone here' },
  });
  await room.call('decisions.record', {
    subject: { kind: 'run', runId: run.id },
    value: { kind: 'verdict', verdict: 'rejected', note: '' },
  });
  await room.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(workspace(), `index.db${suffix}`), { force: true });
  renameSync(backups('32182930'), join(folder.path, 'moved-away'));
  room = await openTestCore(workspace());

  const rebuilt = await room.call('history.rebuild', {});
  expect(rebuilt).toMatchObject({ runCount: 3, fromFolders: 2, fromObservations: 1 });
  expect(rebuilt.problems.map((problem) => problem.code)).toContain('missing_file');
  const after = await room.call('runs.list', {});
  expect(after.items.map((it) => it.id)).toEqual(items.map((it) => it.id));
  expect(after.items.map((it) => it.filesMissing)).toEqual([false, false, true]);
  const missing = await room.call('runs.list', { filesMissing: true });
  expect([missing.matchCount, missing.totalCount, missing.items[0]?.id]).toEqual([1, 3, run.id]);
  expect((await room.call('clips.get', { id: clip.id })).isPresent).toBe(false);
  expect((await room.call('decisions.list', { runId: run.id })).items).toHaveLength(2);
  expect((await room.call('decisions.list', { clipId: clip.id })).items).toMatchObject([{ eventId: decision.eventId }]);
  expect((await room.call('history.search', { text: 'arm is gone', kinds: ['note'] })).items).toMatchObject([
    { runId: run.id, clipId: clip.id },
  ]);
  expect((await room.call('decisions.verify', {})).state).toBe('verified');
  expect((await room.call('jobs.list', {})).items.map((job) => [job.kind, job.state])).toEqual([
    ['history.rebuild', 'succeeded'],
    ['runs.import', 'succeeded'],
  ]);
});

test('an index that is lost, or whose making is cut off, lists every run; what it lacks is told until it is made', async () => {
  await room.call('runs.import', { path: backups() });
  const note = { kind: 'note', note: 'xyzzy' } as const;
  const { items } = await room.call('runs.list', {});
  await room.call('decisions.record', { subject: { kind: 'run', runId: items[0]!.id }, value: note });
  const before = await room.call('room.info', {});
  const warnings = async () => (await room.call('room.info', {})).warnings.map((it) => it.code);
  expect(await warnings()).toEqual([]);

  await room.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(workspace(), `index.db${suffix}`), { force: true });
  room = await openTestCore(workspace());
  for (let i = 0; i < 2; i++) {
    expect((await room.call('room.info', {})).counts).toEqual({ ...before.counts, logLines: 0 });
    expect((await room.call('history.search', { text: 'xyzzy' })).items).toHaveLength(1);
    expect(await warnings()).toEqual(['index_incomplete']);
    await reopen();
  }

  const started = await room.core.dispatcher.dispatch('history.rebuild', {}, { actor: 'operator', name: 'tester' });
  const { jobId } = (started as { value: { jobId: string } }).value;
  const seen = new Set<number>();
  const unsubscribe = room.core.events.subscribe((event) => {
    if (event.name === 'jobs.changed') void room.core.jobs.cancel(jobId).catch(() => undefined);
  });
  const isOver = room.core.jobs.waitFor(jobId);
  let over = false;
  void isOver.then(() => {
    over = true;
  });
  while (!over) seen.add((await room.call('runs.list', {})).totalCount);
  unsubscribe();
  expect((await isOver).state).toBe('cancelled');
  expect([...seen]).toEqual([3]);
  expect((await room.call('runs.list', {})).totalCount).toBe(3);

  await room.call('history.rebuild', {});
  expect((await room.call('room.info', {})).counts).toEqual(before.counts);
  expect((await room.call('history.search', { text: 'xyzzy' })).items).toHaveLength(1);
  expect(await warnings()).toEqual([]);
});

test('undo is another event, and a lost database gets its decisions back from the segments', async () => {
  await room.call('runs.import', { path: backups('32182955') });
  const { items } = await room.call('runs.list', {});
  const first = await room.call('decisions.record', {
    subject: { kind: 'run', runId: items[0]!.id },
    value: { kind: 'note', note: 'first' },
  });
  await room.call('decisions.record', {
    subject: { kind: 'run', runId: items[0]!.id },
    value: { kind: 'note', note: 'second' },
  });
  await room.call('decisions.undo', { eventId: first.eventId });
  await expect(room.call('decisions.undo', { eventId: first.eventId })).rejects.toMatchObject({ code: 'conflict' });
  expect((await room.call('decisions.list', {})).items.map((it) => it.value.note)).toEqual(['second']);
  expect((await room.call('decisions.verify', {})).devices).toMatchObject([{ eventCount: 3, fault: null }]);

  await room.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(workspace(), `history.db${suffix}`), { force: true });
  room = await openTestCore(workspace());
  expect((await room.call('decisions.list', {})).items.map((it) => it.value.note)).toEqual(['second']);
  expect((await room.call('decisions.verify', {})).state).toBe('verified');
});

test('an event changed in a segment is found', async () => {
  await room.call('runs.import', { path: backups('32182955') });
  const { items } = await room.call('runs.list', {});
  await room.call('decisions.record', {
    subject: { kind: 'run', runId: items[0]!.id },
    value: { kind: 'verdict', verdict: 'accepted', note: 'fine' },
  });
  const { devices } = await room.call('decisions.verify', {});
  const segment = join(workspace(), 'events', devices[0]!.deviceId, '000001.jsonl');
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('accepted', 'rejected'));
  const verified = await room.call('decisions.verify', {});
  expect(verified.state).toBe('broken');
  await reopen();
  expect((await room.call('room.info', {})).warnings.map((warning) => warning.code)).toEqual(['event_chain_broken']);
  expect((await room.call('decisions.list', {})).items[0]!.value).toMatchObject({ verdict: 'accepted' });
});

test('nothing in an imported folder is touched', async () => {
  const fingerprint = (): string => {
    const hash = createHash('sha256');
    for (const path of ['work_dir/run_all.log', 'work_dir/pipeline_summary.json', 'sync_manifest.txt'])
      hash.update(readFileSync(backups('32182930', 'latest', path)));
    return hash.digest('hex');
  };
  const before = fingerprint();
  await room.call('runs.import', { path: backups() });
  expect(fingerprint()).toBe(before);
});

test('a half-written result changes later: the same place is read anew and the other files stay', async () => {
  const result = backups('32182930', 'latest', 'work_dir', 'kitchen_0787', 's5_visual_fidelity_result.json');
  const whole = readFileSync(result, 'utf8');
  writeFileSync(result, whole.slice(0, 40));
  const first = await room.call('runs.import', { path: backups('32182930') });
  expect(first.problems.map((problem) => problem.code)).toContain('half_written');
  writeFileSync(result, whole);
  const second = await room.call('runs.import', { path: backups('32182930') });
  expect(second.problems).toEqual([]);
  expect(second.runs.map((run) => run.outcome)).toEqual(['new_observation']);
  const { items } = await room.call('runs.list', {});
  expect(items).toHaveLength(1);
  expect(items[0]!.observationCount).toBe(1);
});

test('unknown keys of a later pipeline are kept and do no harm', async () => {
  editJson(backups('32182930', 'latest', 'work_dir', 'kitchen_0787', 's1_render_result.json'), (value) => {
    value['later_field'] = { deep: [1, 2, 3] };
    (value['metrics'] as Record<string, unknown>)['later_metric'] = 7;
  });
  await room.call('runs.import', { path: backups('32182930') });
  const { items } = await room.call('runs.list', {});
  const run = await room.call('runs.get', { id: items[0]!.id });
  expect(run.stages.find((stage) => stage.key === 's1_render')!.metrics['later_metric']).toBe(7);
});

test('a segment that could not be written, or was cut off, is made good with the next decision', async () => {
  const { runs } = await room.call('runs.import', { path: backups('32182955') });
  const note = (text: string) =>
    room.call('decisions.record', {
      subject: { kind: 'run', runId: runs[0]!.runId },
      value: { kind: 'note', note: text },
    });
  const { deviceId } = await note('one');
  const device = join(workspace(), 'events', deviceId);
  // A file in place of the folder: nothing can be written there.
  renameSync(device, `${device}.away`);
  writeFileSync(device, '');
  await note('two');
  expect((await room.call('decisions.verify', {})).state).toBe('could_not_tell');
  await reopen();
  expect((await room.call('room.info', {})).warnings.map((it) => it.code)).toContain('event_segments_unreachable');
  rmSync(device);
  renameSync(`${device}.away`, device);
  await note('three');
  expect((await room.call('decisions.verify', {})).devices).toMatchObject([{ eventCount: 3, fault: null }]);

  const segment = join(device, '000001.jsonl');
  truncateSync(segment, readFileSync(segment).length - 40);
  await note('four');
  expect((await room.call('decisions.verify', {})).devices).toMatchObject([{ eventCount: 4, fault: null }]);
});

test('a workspace that is deleted while it is open takes nothing in and is not made again in part', async () => {
  const { runs } = await room.call('runs.import', { path: backups('32182955') });
  rmSync(workspace(), { recursive: true });
  const gone = { code: 'workspace_damaged' };
  await expect(
    room.call('decisions.record', {
      subject: { kind: 'run', runId: runs[0]!.runId },
      value: { kind: 'note', note: 'into nowhere' },
    }),
  ).rejects.toMatchObject(gone);
  await expect(room.call('runs.import', { path: backups() })).rejects.toMatchObject(gone);
  await expect(room.call('history.rebuild', {})).rejects.toMatchObject(gone);
  expect(existsSync(workspace())).toBe(false);
});

test('decisions are listed in the order they were made, whatever the clock said, and under both runs of a pair', async () => {
  const times = ['2026-11-23T12:00:00Z', '2026-11-23T11:00:00Z'].map((time) => Date.parse(time));
  let now = times[0]!;
  await room.close();
  room = await openTestCore(workspace(), { clock: { now: () => now } });
  await room.call('runs.import', { path: backups() });
  const { items } = await room.call('runs.list', { status: ['success'] });
  const [left, right] = await Promise.all(
    items.map(async (run) => (await room.call('clips.list', { runId: run.id, role: ['enriched'] })).items[0]!),
  );
  for (const [i, time] of times.entries()) {
    now = time;
    await room.call('decisions.record', {
      subject: { kind: 'pair', leftClipId: left!.id, rightClipId: right!.id, frame: null },
      value: { kind: 'note', note: `note ${i}` },
    });
  }
  for (const run of items) {
    const listed = await room.call('decisions.list', { runId: run.id });
    expect(listed.items.map((it) => it.value.note)).toEqual(['note 1', 'note 0']);
  }
});

test('an older, shorter copy of a log adds no line; one that goes on differently is another log', async () => {
  const log = (stamp: string): string => backups('32182955', stamp, 'work_dir', 'run_all.log');
  await room.call('runs.import', { path: backups('32182955') });
  const before = await room.call('room.info', {});
  const text = readFileSync(log('latest'), 'utf8');
  const lines = text.split('\n');

  copyFolder(backups('32182955', 'latest'), backups('32182955', 'older'));
  writeFileSync(log('older'), `${lines.slice(0, 9).join('\n')}\n`);
  await room.call('runs.import', { path: backups('32182955', 'older') });
  expect((await room.call('room.info', {})).counts.logLines).toBe(before.counts.logLines);

  copyFolder(backups('32182955', 'latest'), backups('32182955', 'other'));
  writeFileSync(log('other'), `${lines.slice(0, 9).join('\n')}\n${lines[9]} but otherwise\n`);
  await room.call('runs.import', { path: backups('32182955', 'other') });
  expect((await room.call('history.search', { text: 'otherwise', kinds: ['log'] })).items).toHaveLength(1);
});
