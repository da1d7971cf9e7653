import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '#core/history/event.ts';
import type { StudyLabels } from '#shared/rules/arm-gate/labels.ts';
import { room as callRoom } from '../support/command-line.ts';
import { framesOf, pairOf, studyOf } from '../support/review/build-labels.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

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

const study = (clips: number): StudyLabels =>
  studyOf(Array.from({ length: clips }, (_, at) => pairOf(`clip ${at}`, framesOf(16, 0, 16))));
const sealed = (labels: object): object => ({
  ...labels,
  seal: createHash('sha256').update(canonicalJson(labels)).digest('hex'),
});

function fileOf(content: unknown): string {
  const path = join(folder.path, 'labels.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('5 of 5 clips are too few, 6 of 6 are significant', async () => {
  expect(await room.call('gate.evaluate', { labels: fileOf(study(5)) })).toMatchObject({
    verdict: 'insufficient',
    line: 'too_few_clips',
    p: 0.0625,
  });
  const six = await room.call('gate.evaluate', { labels: fileOf(study(6)) });
  expect(six).toMatchObject({ verdict: 'accept', line: 'gain_shown', p: 0.031_25, isSealed: false });
  // The same from the object itself, and with a seal that fits.
  expect(await room.call('gate.evaluate', { labels: study(6) as never })).toEqual(six);
  expect(await room.call('gate.evaluate', { labels: sealed(study(6)) as never })).toEqual({ ...six, isSealed: true });
});

const twice = (labels: StudyLabels): StudyLabels => ({ ...labels, pairs: [...labels.pairs, labels.pairs[0]!] });
const pairWith = (change: object): StudyLabels => studyOf([{ ...study(1).pairs[0]!, ...change }]);

describe('labels from which nothing may be decided', () => {
  test.each([
    ['no JSON', '{"schema": 1,', 'file_damaged', 'is not JSON'],
    ['a list', '[]', 'invalid_input', 'not the labels of a study'],
    ['something else', '{"clips": []}', 'invalid_input', 'no schema version'],
    ['an older schema', { ...study(6), schema: 0 }, 'invalid_input', 'schema 0'],
    ['a newer schema', { ...study(6), schema: 2 }, 'invalid_input', 'schema 2'],
    ['a key that is not known', { ...study(6), verdict: 'accept' }, 'invalid_input', 'shape of a study'],
    ['another answer', { ...study(6), pairs: [{}] }, 'invalid_input', 'pairs.0'],
    ['changed after the seal', { ...sealed(study(6)), minimumGain: 0.05 }, 'file_damaged', 'after they were sealed'],
    ['a pair twice', twice(study(6)), 'invalid_input', 'is there twice'],
    [
      'a reviewer twice',
      pairWith({ labels: [0, 1].map(() => study(1).pairs[0]!.labels[0]!) }),
      'invalid_input',
      'ana labelled',
    ],
    ['more frames than planned', pairWith({ plannedFrames: 3 }), 'invalid_input', '16 labelled frames, and 3'],
    [
      'a stray third word',
      pairWith({ settled: framesOf(17, 0, 17).slice(16) }),
      'invalid_input',
      'nobody had labelled',
    ],
  ])('%s', async (_, content, code, words) => {
    await expect(room.call('gate.evaluate', { labels: fileOf(content) })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  test('no file', async () => {
    const labels = join(folder.path, 'gone.json');
    await expect(room.call('gate.evaluate', { labels })).rejects.toMatchObject({ code: 'file_missing' });
  });
});

test('on the command line a relative path counts from where it was called', async () => {
  fileOf(study(6));
  const { code, value } = await callRoom(
    ['--workspace', join(folder.path, 'other'), 'gate.evaluate', '{"labels":"labels.json"}'],
    { cwd: folder.path, home: join(folder.path, 'home') },
  );
  expect([code, (value as { verdict: string }).verdict]).toEqual([0, 'accept']);
});
