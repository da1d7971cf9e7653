import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildRun } from '../support/runs/build-run.ts';
import { wholeRun } from '../support/runs/stage-files.ts';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';

const enriched = 'kitchen_0787/enriched/clip_000_orbit_morning_daylight.mp4';

test('a clip waits until somebody judged its bytes, in whichever run they are, and again when they change', async () => {
  const folder = temporaryFolder();
  const core = await openTestCore(join(folder.path, 'workspace'));
  onTestFinished(async () => {
    await core.close();
    folder.remove();
  });
  const first = await buildRun(join(folder.path, 'a', 'work_dir'), { files: { [enriched]: 'what was judged' } });
  await core.call('runs.import', { path: first });
  const waiting = async (): Promise<string[]> => {
    const { items } = await core.call('triage.list', {});
    return items.flatMap(({ path, reasons }) => (path === enriched ? reasons.map(({ kind }) => kind) : []));
  };
  expect(await waiting()).toContain('depth_unchecked');
  const before = await core.call('triage.list', {});
  expect(before.counts.depth_unchecked).toBe(
    before.items.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'depth_unchecked')).length,
  );
  expect(await core.call('triage.list', { kinds: ['changed_since_review'] })).toMatchObject({
    items: [],
    matchCount: 0,
    totalCount: before.totalCount,
  });

  const { items: clips } = await core.call('clips.list', {});
  const clip = clips.find(({ path }) => path === enriched)!;
  const subject = { kind: 'clip' as const, clipId: clip.id, mediaId: clip.mediaId, frame: null, frameEnd: null };
  // A note is no verdict.
  await core.call('decisions.record', { subject, value: { kind: 'note', note: 'looks dark' } });
  expect(await waiting()).toContain('depth_unchecked');
  const said = await core.call('decisions.record', {
    subject,
    value: { kind: 'verdict', verdict: 'accepted', note: '' },
  });
  expect(await waiting()).toEqual([]);

  // The same bytes in another run: the verdict follows them.
  const second = await buildRun(join(folder.path, 'b', 'work_dir'), {
    attempts: [{ startedAt: '2026-03-05T10:00:00.000Z', stages: wholeRun() }],
    files: { [enriched]: 'what was judged' },
  });
  await core.call('runs.import', { path: second });
  expect((await core.call('runs.list', {})).totalCount).toBe(2);
  expect(await waiting()).toEqual([]);

  // Other bytes under the same name.
  writeFileSync(join(first, enriched), 'made again, and never seen');
  await core.call('runs.import', { path: first });
  expect((await waiting())[0]).toBe('changed_since_review');

  await core.call('decisions.undo', { eventId: said.eventId });
  expect(await waiting()).not.toContain('changed_since_review');
});
