import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalStages } from '#shared/model/stages.ts';
import { useDemoHistory } from '../support/demo-history.ts';
import { copyFolder } from '../support/test-core.ts';

const at = useDemoHistory();

function editJson(path: string, edit: (value: Record<string, unknown>) => void): void {
  const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  edit(value);
  writeFileSync(path, JSON.stringify(value, null, 2));
}

test('three runs are read, with their verdicts, stages, clips and log lines', async () => {
  const imported = await at.room.call('runs.import', { path: at.backups() });
  expect(imported.runs.map((run) => run.outcome)).toEqual(['new_run', 'new_run', 'new_run']);
  expect(imported.problems).toEqual([]);

  const { items } = await at.room.call('runs.list', {});
  expect(items.map((run) => [run.instanceId, run.status, run.facilityIds])).toEqual([
    ['32182955', 'failed', ['kitchen_0787']],
    ['32182944', 'success', ['kitchen_0787']],
    ['32182930', 'success', ['kitchen_0787']],
  ]);
  const failed = await at.room.call('runs.get', { id: items[0]!.id });
  expect(failed.labels.status).toBe('Failed in S2');
  const order = canonicalStages.map((stage) => stage.key as string);
  const positions = failed.stages.map((stage) => order.indexOf(stage.key));
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  expect(failed.stages.find((stage) => stage.key === 's2_enrich')).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining('natsort'),
  });

  const { items: clips } = await at.room.call('clips.list', { runId: items[1]!.id, role: ['enriched'] });
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

  const found = await at.room.call('history.search', { text: 'natsort' });
  const hit = found.items.find((it) => it.kind === 'log');
  expect(hit).toMatchObject({ runId: items[0]!.id, stageKey: 's2_enrich', level: 'ERROR' });
  expect(hit!.text.slice(...hit!.highlights[0]!)).toBe('natsort');
});

test('parts of words are found in error lines, whole words in all lines, newest first', async () => {
  await at.room.call('runs.import', { path: at.backups() });
  expect((await at.room.call('history.search', { text: 'atsor', kinds: ['log'] })).items.length).toBeGreaterThan(0);
  expect((await at.room.call('history.search', { text: 'rocessin', kinds: ['log'] })).items).toEqual([]);
  const all = await at.room.call('history.search', { text: 'stage', kinds: ['log'], limit: 500 });
  const times = all.items.map((it) => it.at!);
  expect(times).toEqual(times.toSorted().toReversed());
  expect((await at.room.call('history.search', { text: 'completed', levels: ['ERROR'] })).items).toEqual([]);
  expect((await at.room.call('history.search', { text: '"OR NOT (NEAR*' })).items).toEqual([]);
  const unfinished = await at.room.call('history.search', { text: 'processi', kinds: ['log'], limit: 500 });
  expect(unfinished.items.length).toBeGreaterThan(0);
  expect(unfinished.items.every((hit) => /processi/i.test(hit.text))).toBe(true);
});

test('importing the same folder again changes nothing', async () => {
  await at.room.call('runs.import', { path: at.backups() });
  const before = await at.room.call('room.info', {});
  const again = await at.room.call('runs.import', { path: at.backups() });
  expect(again.runs.map((run) => [run.outcome, run.newLogLines])).toEqual([
    ['unchanged', 0],
    ['unchanged', 0],
    ['unchanged', 0],
  ]);
  expect((await at.room.call('room.info', {})).counts).toEqual(before.counts);
});

test('a run seen in a second snapshot gains an observation, no log line twice, and plays from what is left', async () => {
  await at.room.call('runs.import', { path: at.backups() });
  const before = await at.room.call('room.info', {});
  copyFolder(at.backups('32182930', 'latest'), at.backups('32182930', '20261123T150000Z'));
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
    at.backups('32182930', '20261123T150000Z', 'work_dir', 's7_cross_site_result.json'),
    JSON.stringify(result),
  );
  await at.room.call('runs.import', { path: at.backups() });

  const { items } = await at.room.call('runs.list', {});
  expect(items.map((run) => [run.instanceId, run.observationCount])).toEqual([
    ['32182955', 1],
    ['32182944', 1],
    ['32182930', 2],
  ]);
  expect((await at.room.call('room.info', {})).counts.logLines).toBe(before.counts.logLines);

  const run = items[2]!;
  const { items: clips } = await at.room.call('clips.list', { runId: run.id, role: ['enriched'] });
  rmSync(at.backups('32182930', 'latest'), { recursive: true });
  for (const clip of clips) {
    const response = await at.room.core.media.open(clip.mediaId!, { method: 'GET', rangeHeader: 'bytes=0-99' });
    expect(response.status).toBe(206);
    const bytes = await response.body!.toArray();
    expect(Buffer.concat(bytes)).toHaveLength(100);
  }
  expect((await at.room.call('runs.get', { id: run.id })).filesMissing).toBe(false);
  expect((await at.room.call('clips.list', { runId: run.id })).items.every((clip) => clip.isPresent)).toBe(true);
});

test('a fresh run in the same work dir is another run', async () => {
  await at.room.call('runs.import', { path: at.backups() });
  const workDir = at.backups('32182930', 'latest', 'work_dir');
  const later = (text: string): string =>
    text.replaceAll('2026-11-23T13', '2026-11-23T19').replaceAll('2026-11-23T14', '2026-11-23T20');
  for (const name of ['pipeline_summary.json'])
    writeFileSync(join(workDir, name), later(readFileSync(join(workDir, name), 'utf8')));
  const log = readFileSync(join(workDir, 'run_all.log'), 'utf8');
  writeFileSync(
    join(workDir, 'run_all.log'),
    log.replaceAll('2026-11-23 13', '2026-11-23 19').replaceAll('2026-11-23 14', '2026-11-23 20'),
  );
  await at.room.call('runs.import', { path: at.backups() });
  const { items } = await at.room.call('runs.list', {});
  expect(items.map((run) => run.instanceId)).toEqual(['32182930', '32182955', '32182944', '32182930']);
  // The earlier run is no longer at that place: what is shown of it is what was seen.
  expect(items[3]!.filesMissing).toBe(true);
});

test('a grown log is read on from where it was, a rewritten one from its start', async () => {
  await at.room.call('runs.import', { path: at.backups('32182955') });
  const log = at.backups('32182955', 'latest', 'work_dir', 'run_all.log');
  const before = readFileSync(log, 'utf8');
  writeFileSync(log, `${before}2026-11-23 14:12:00,000 [INFO] blueprint_validation.pipeline: one more line\n`);
  const grown = await at.room.call('runs.import', { path: at.backups('32182955') });
  expect(grown.runs.map((run) => run.newLogLines)).toEqual([1]);
  const { items } = await at.room.call('runs.list', {});
  const run = await at.room.call('runs.get', { id: items[0]!.id });
  expect(run.logs.map((it) => it.lineCount)).toEqual([before.trimEnd().split('\n').length + 1]);
  const read = await at.room.call('logs.read', { id: run.logs[0]!.id, levels: ['ERROR'] });
  expect(read.firstErrorOffset).toBe(0);
  expect(read.items[0]!.text).toContain('natsort');
});

test('nothing in an imported folder is touched', async () => {
  const fingerprint = (): string => {
    const hash = createHash('sha256');
    for (const path of ['work_dir/run_all.log', 'work_dir/pipeline_summary.json', 'sync_manifest.txt'])
      hash.update(readFileSync(at.backups('32182930', 'latest', path)));
    return hash.digest('hex');
  };
  const before = fingerprint();
  await at.room.call('runs.import', { path: at.backups() });
  expect(fingerprint()).toBe(before);
});

test('a half-written result changes later: the same place is read anew and the other files stay', async () => {
  const result = at.backups('32182930', 'latest', 'work_dir', 'kitchen_0787', 's5_visual_fidelity_result.json');
  const whole = readFileSync(result, 'utf8');
  writeFileSync(result, whole.slice(0, 40));
  const first = await at.room.call('runs.import', { path: at.backups('32182930') });
  expect(first.problems.map((problem) => problem.code)).toContain('half_written');
  writeFileSync(result, whole);
  const second = await at.room.call('runs.import', { path: at.backups('32182930') });
  expect(second.problems).toEqual([]);
  expect(second.runs.map((run) => run.outcome)).toEqual(['new_observation']);
  const { items } = await at.room.call('runs.list', {});
  expect(items).toHaveLength(1);
  expect(items[0]!.observationCount).toBe(1);
});

test('unknown keys of a later pipeline are kept and do no harm', async () => {
  editJson(at.backups('32182930', 'latest', 'work_dir', 'kitchen_0787', 's1_render_result.json'), (value) => {
    value['later_field'] = { deep: [1, 2, 3] };
    (value['metrics'] as Record<string, unknown>)['later_metric'] = 7;
  });
  await at.room.call('runs.import', { path: at.backups('32182930') });
  const { items } = await at.room.call('runs.list', {});
  const run = await at.room.call('runs.get', { id: items[0]!.id });
  expect(run.stages.find((stage) => stage.key === 's1_render')!.metrics['later_metric']).toBe(7);
});

test('an older, shorter copy of a log adds no line; one that goes on differently is another log', async () => {
  const log = (stamp: string): string => at.backups('32182955', stamp, 'work_dir', 'run_all.log');
  await at.room.call('runs.import', { path: at.backups('32182955') });
  const before = await at.room.call('room.info', {});
  const text = readFileSync(log('latest'), 'utf8');
  const lines = text.split('\n');

  copyFolder(at.backups('32182955', 'latest'), at.backups('32182955', 'older'));
  writeFileSync(log('older'), `${lines.slice(0, 9).join('\n')}\n`);
  await at.room.call('runs.import', { path: at.backups('32182955', 'older') });
  expect((await at.room.call('room.info', {})).counts.logLines).toBe(before.counts.logLines);

  copyFolder(at.backups('32182955', 'latest'), at.backups('32182955', 'other'));
  writeFileSync(log('other'), `${lines.slice(0, 9).join('\n')}\n${lines[9]} but otherwise\n`);
  await at.room.call('runs.import', { path: at.backups('32182955', 'other') });
  expect((await at.room.call('history.search', { text: 'otherwise', kinds: ['log'] })).items).toHaveLength(1);
});
