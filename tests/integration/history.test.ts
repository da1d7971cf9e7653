import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useDemoHistory } from '../support/demo-history.ts';

const at = useDemoHistory();

test('decisions, jobs and runs outlive the index and the folder', async () => {
  await at.room.call('runs.import', { path: at.backups() });
  const { items } = await at.room.call('runs.list', {});
  const run = items[2]!;
  const { items: clips } = await at.room.call('clips.list', { runId: run.id, role: ['enriched'] });
  const clip = clips[0]!;
  const decision = await at.room.call('decisions.record', {
    subject: { kind: 'clip', clipId: clip.id, mediaId: clip.mediaId, frame: 22, frameEnd: null },
    value: { kind: 'note', note: 'the arm is gone here' },
  });
  await at.room.call('decisions.record', {
    subject: { kind: 'run', runId: run.id },
    value: { kind: 'verdict', verdict: 'rejected', note: '' },
  });
  await at.room.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(at.workspace(), `index.db${suffix}`), { force: true });
  renameSync(at.backups('32182930'), join(at.path, 'moved-away'));
  await at.open();

  const rebuilt = await at.room.call('history.rebuild', {});
  expect(rebuilt).toMatchObject({ runCount: 3, fromFolders: 2, fromObservations: 1 });
  expect(rebuilt.problems.map((problem) => problem.code)).toContain('missing_file');
  const after = await at.room.call('runs.list', {});
  expect(after.items.map((it) => it.id)).toEqual(items.map((it) => it.id));
  expect(after.items.map((it) => it.filesMissing)).toEqual([false, false, true]);
  const missing = await at.room.call('runs.list', { filesMissing: true });
  expect([missing.matchCount, missing.totalCount, missing.items[0]?.id]).toEqual([1, 3, run.id]);
  expect((await at.room.call('clips.get', { id: clip.id })).isPresent).toBe(false);
  expect((await at.room.call('decisions.list', { runId: run.id })).items).toHaveLength(2);
  expect((await at.room.call('decisions.list', { clipId: clip.id })).items).toMatchObject([
    { eventId: decision.eventId },
  ]);
  expect((await at.room.call('history.search', { text: 'arm is gone', kinds: ['note'] })).items).toMatchObject([
    { runId: run.id, clipId: clip.id },
  ]);
  expect((await at.room.call('decisions.verify', {})).state).toBe('verified');
  expect((await at.room.call('jobs.list', {})).items.map((job) => [job.kind, job.state])).toEqual([
    ['history.rebuild', 'succeeded'],
    ['runs.import', 'succeeded'],
  ]);
});

test('what was said of a clip is said of the same bytes in another run, and not of other bytes', async () => {
  const file = 'latest/work_dir/kitchen_0787/enriched/clip_000_orbit_morning_daylight.mp4';
  copyFileSync(at.backups('32182930', file), at.backups('32182944', file));
  await at.room.call('runs.import', { path: at.backups() });
  const { items: clips } = await at.room.call('clips.list', { role: ['enriched'] });
  const [clip, ...others] = clips.filter(({ path }) => path.endsWith('clip_000_orbit_morning_daylight.mp4'));
  expect(others.map(({ runId }) => runId === clip!.runId)).toEqual([false]);
  await at.room.call('decisions.record', {
    subject: { kind: 'clip', clipId: clip!.id, mediaId: clip!.mediaId, frame: 3, frameEnd: 9 },
    value: { kind: 'note', note: 'no arm' },
  });
  const said = (clipId: string) => at.room.call('decisions.list', { clipId });
  expect((await said(others[0]!.id)).items.map((it) => it.value.note)).toEqual(['no arm']);
  const different = clips.find(({ mediaId }) => mediaId !== clip!.mediaId)!;
  expect((await said(different.id)).items).toEqual([]);
});

test('an index that is lost, or whose making is cut off, lists every run; what it lacks is told until it is made', async () => {
  await at.room.call('runs.import', { path: at.backups() });
  const note = { kind: 'note', note: 'xyzzy' } as const;
  const { items } = await at.room.call('runs.list', {});
  await at.room.call('decisions.record', { subject: { kind: 'run', runId: items[0]!.id }, value: note });
  const before = await at.room.call('room.info', {});
  const warnings = async () => (await at.room.call('room.info', {})).warnings.map((it) => it.code);
  expect(await warnings()).toEqual([]);

  await at.room.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(at.workspace(), `index.db${suffix}`), { force: true });
  await at.open();
  for (let i = 0; i < 2; i++) {
    expect((await at.room.call('room.info', {})).counts).toEqual({ ...before.counts, logLines: 0 });
    expect((await at.room.call('history.search', { text: 'xyzzy' })).items).toHaveLength(1);
    expect(await warnings()).toEqual(['index_incomplete']);
    await at.reopen();
  }

  const started = await at.room.core.dispatcher.dispatch('history.rebuild', {}, { actor: 'operator', name: 'tester' });
  const { jobId } = (started as { value: { jobId: string } }).value;
  const seen = new Set<number>();
  const unsubscribe = at.room.core.events.subscribe((event) => {
    if (event.name === 'jobs.changed') void at.room.core.jobs.cancel(jobId).catch(() => undefined);
  });
  const isOver = at.room.core.jobs.waitFor(jobId);
  let over = false;
  void isOver.then(() => {
    over = true;
  });
  while (!over) seen.add((await at.room.call('runs.list', {})).totalCount);
  unsubscribe();
  expect((await isOver).state).toBe('cancelled');
  expect([...seen]).toEqual([3]);
  expect((await at.room.call('runs.list', {})).totalCount).toBe(3);

  await at.room.call('history.rebuild', {});
  expect((await at.room.call('room.info', {})).counts).toEqual(before.counts);
  expect((await at.room.call('history.search', { text: 'xyzzy' })).items).toHaveLength(1);
  expect(await warnings()).toEqual([]);
});

test('undo is another event, and a lost database gets its decisions back from the segments', async () => {
  await at.room.call('runs.import', { path: at.backups('32182955') });
  const { items } = await at.room.call('runs.list', {});
  const first = await at.room.call('decisions.record', {
    subject: { kind: 'run', runId: items[0]!.id },
    value: { kind: 'note', note: 'first' },
  });
  await at.room.call('decisions.record', {
    subject: { kind: 'run', runId: items[0]!.id },
    value: { kind: 'note', note: 'second' },
  });
  await at.room.call('decisions.undo', { eventId: first.eventId });
  await expect(at.room.call('decisions.undo', { eventId: first.eventId })).rejects.toMatchObject({ code: 'conflict' });
  expect((await at.room.call('decisions.list', {})).items.map((it) => it.value.note)).toEqual(['second']);
  expect((await at.room.call('decisions.verify', {})).devices).toMatchObject([{ eventCount: 3, fault: null }]);

  await at.room.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(at.workspace(), `history.db${suffix}`), { force: true });
  await at.open();
  expect((await at.room.call('decisions.list', {})).items.map((it) => it.value.note)).toEqual(['second']);
  expect((await at.room.call('decisions.verify', {})).state).toBe('verified');
});

test('an event changed in a segment is found', async () => {
  await at.room.call('runs.import', { path: at.backups('32182955') });
  const { items } = await at.room.call('runs.list', {});
  await at.room.call('decisions.record', {
    subject: { kind: 'run', runId: items[0]!.id },
    value: { kind: 'verdict', verdict: 'accepted', note: 'fine' },
  });
  const { devices } = await at.room.call('decisions.verify', {});
  const segment = join(at.workspace(), 'events', devices[0]!.deviceId, '000001.jsonl');
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('accepted', 'rejected'));
  const verified = await at.room.call('decisions.verify', {});
  expect(verified.state).toBe('broken');
  await at.reopen();
  expect((await at.room.call('room.info', {})).warnings.map((warning) => warning.code)).toEqual(['event_chain_broken']);
  expect((await at.room.call('decisions.list', {})).items[0]!.value).toMatchObject({ verdict: 'accepted' });
});

test('a segment that could not be written, or was cut off, is made good with the next decision', async () => {
  const { runs } = await at.room.call('runs.import', { path: at.backups('32182955') });
  const note = (text: string) =>
    at.room.call('decisions.record', {
      subject: { kind: 'run', runId: runs[0]!.runId },
      value: { kind: 'note', note: text },
    });
  const { deviceId } = await note('one');
  const device = join(at.workspace(), 'events', deviceId);
  // A file in place of the folder: nothing can be written there.
  renameSync(device, `${device}.away`);
  writeFileSync(device, '');
  await note('two');
  expect((await at.room.call('decisions.verify', {})).state).toBe('could_not_tell');
  await at.reopen();
  expect((await at.room.call('room.info', {})).warnings.map((it) => it.code)).toContain('event_segments_unreachable');
  rmSync(device);
  renameSync(`${device}.away`, device);
  await note('three');
  expect((await at.room.call('decisions.verify', {})).devices).toMatchObject([{ eventCount: 3, fault: null }]);

  const segment = join(device, '000001.jsonl');
  truncateSync(segment, readFileSync(segment).length - 40);
  await note('four');
  expect((await at.room.call('decisions.verify', {})).devices).toMatchObject([{ eventCount: 4, fault: null }]);
});

test('a workspace that is deleted while it is open takes nothing in and is not made again in part', async () => {
  const { runs } = await at.room.call('runs.import', { path: at.backups('32182955') });
  rmSync(at.workspace(), { recursive: true });
  const gone = { code: 'workspace_damaged' };
  await expect(
    at.room.call('decisions.record', {
      subject: { kind: 'run', runId: runs[0]!.runId },
      value: { kind: 'note', note: 'into nowhere' },
    }),
  ).rejects.toMatchObject(gone);
  await expect(at.room.call('runs.import', { path: at.backups() })).rejects.toMatchObject(gone);
  await expect(at.room.call('history.rebuild', {})).rejects.toMatchObject(gone);
  expect(existsSync(at.workspace())).toBe(false);
});

test('decisions are listed in the order they were made, whatever the clock said, and under both runs of a pair', async () => {
  const times = ['2026-11-23T12:00:00Z', '2026-11-23T11:00:00Z'].map((time) => Date.parse(time));
  let now = times[0]!;
  await at.room.close();
  await at.open({ clock: { now: () => now } });
  await at.room.call('runs.import', { path: at.backups() });
  const { items } = await at.room.call('runs.list', { status: ['success'] });
  const [left, right] = await Promise.all(
    items.map(async (run) => (await at.room.call('clips.list', { runId: run.id, role: ['enriched'] })).items[0]!),
  );
  for (const [i, time] of times.entries()) {
    now = time;
    await at.room.call('decisions.record', {
      subject: { kind: 'pair', leftClipId: left!.id, rightClipId: right!.id, frame: null },
      value: { kind: 'note', note: `note ${i}` },
    });
  }
  for (const run of items) {
    const listed = await at.room.call('decisions.list', { runId: run.id });
    expect(listed.items.map((it) => it.value.note)).toEqual(['note 1', 'note 0']);
  }
});
