import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StudyQuestion } from '#shared/model/study.ts';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import { makeClip } from '../support/media/ffmpeg-clips.ts';
import {
  armFramesOf,
  buildStudyRuns,
  orangeArmFramesOf,
  studyFrames,
  type StudyRuns,
} from '../support/study/study-runs.ts';
import { copyFolder, openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

let folder: ReturnType<typeof temporaryFolder>;
/** Runs of eight source clips in which the candidate keeps the arm. */
let runs: StudyRuns;
let room: TestCore;
let workspace = '';
let count = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  runs = await buildStudyRuns(join(folder.path, 'runs'));
});
afterAll(() => folder.remove());
beforeEach(async () => {
  workspace = join(folder.path, `workspace ${++count}`);
  room = await openTestCore(workspace);
  await room.call('settings.set', { reviewerName: 'Ada' });
});
afterEach(() => room.close());

const slow = 120_000;

/** A configuration that turns its video and polishes it: both want a proof. */
const turnedAndPolished = `facilities:
  kitchen_0787:
    ply_path: /scan.ply
    video_orientation_fix: rotate180
robot_composite:
  enabled: true
  urdf_path: /arm.urdf
gemini_polish:
  enabled: true
`;

async function importRun(path: string): Promise<string> {
  const { runs: imported } = await room.call('runs.import', { path });
  return imported[0]!.runId;
}

async function lock(of: StudyRuns = runs, more: object = {}): Promise<string> {
  const ids = { baselineRunId: await importRun(of.baseline), candidateRunId: await importRun(of.candidate) };
  const { studyId } = await room.call('studies.lock', { name: 'Arm with the pre-pass', ...ids, ...more });
  return studyId;
}

async function bytesOf(
  mediaId: string,
  of: TestCore = room,
): Promise<{ bytes: Buffer; headers: Record<string, string> }> {
  const request = { method: 'GET', rangeHeader: 'bytes=0-9', ifRangeHeader: null, ifNoneMatchHeader: null };
  const { status, headers, body } = await of.core.media.open(mediaId, request);
  expect(status).toBe(200);
  const parts: Buffer[] = [];
  for await (const part of body as Readable) parts.push(part as Buffer);
  return { bytes: Buffer.concat(parts), headers };
}

type Look = (question: StudyQuestion, seen: { left: Answer; right: Answer }) => { left: Answer; right: Answer };

/** Labels to the end as a person who really looks at what is shown. */
async function labelAll(
  studyId: string,
  look: Look = (_question, seen) => seen,
  until = Infinity,
  { of, armOf } = { of: room, armOf: armFramesOf },
): Promise<void> {
  const arms = new Map<string, Answer[]>();
  const see = async (mediaId: string): Promise<Answer[]> => {
    const known = arms.get(mediaId) ?? armOf((await bytesOf(mediaId, of)).bytes, folder.path);
    arms.set(mediaId, known);
    return known;
  };
  let question = await of.call('studies.question', { studyId });
  for (let done = 0; question.item !== null && done < until; done++) {
    const { itemId, leftMediaId, rightMediaId, frame } = question.item;
    const seen = { left: (await see(leftMediaId))[frame]!, right: (await see(rightMediaId))[frame]! };
    question = await of.call('studies.answer', { studyId, itemId, ...look(question, seen) });
  }
}

const as = (reviewerName: string): Promise<unknown> => room.call('settings.set', { reviewerName });

async function labelAs(reviewer: string, studyId: string, look?: Look): Promise<void> {
  await as(reviewer);
  await labelAll(studyId, look);
  await room.call('studies.signOff', { studyId });
}

describe('the proposal', () => {
  test(
    'pairs what was made from the same inputs, by content, and says of the rest why not',
    { timeout: slow },
    async () => {
      const copy = join(folder.path, `spoiled ${count}`);
      copyFolder(runs.candidate, copy);
      const file = (name: string): string => join(copy, 'kitchen_0787', 'enriched', `${name}_morning_daylight`);
      const change = (name: string, put: object): void => {
        const args = JSON.parse(readFileSync(`${file(name)}.json`, 'utf8')) as object;
        writeFileSync(`${file(name)}.json`, JSON.stringify({ ...args, ...put }));
      };
      change('clip_000_pan', { seed: 7 });
      // The same name, other content.
      const depth = (name: string): string => join(copy, 'kitchen_0787', 'renders', `${name}_depth.mp4`);
      writeFileSync(depth('clip_001_pan'), readFileSync(depth('clip_002_pan')));
      // The very bytes of the baseline.
      writeFileSync(
        `${file('clip_003_pan')}.mp4`,
        readFileSync(join(runs.baseline, 'kitchen_0787', 'enriched', 'clip_003_pan_morning_daylight.mp4')),
      );
      // Twice the picture: one side would be the sharper one.
      await makeClip(`${file('clip_004_pan')}.mp4`, { frames: studyFrames, source: 'testsrc2=s=192x144:r=10' });
      const proposal = await room.call('studies.propose', {
        baselineRunId: await importRun(runs.baseline),
        candidateRunId: await importRun(copy),
      });
      expect(proposal.excluded.map(({ sourceClip, because }) => [sourceClip, because])).toEqual([
        ['clip_000_pan', 'The seeds differ: 2025 and 7.'],
        ['clip_001_pan', 'Different depth went into them: the files differ in their content.'],
        ['clip_003_pan', 'Both runs have the same bytes: there is nothing to tell apart.'],
        ['clip_004_pan', 'The pictures are 96 x 72 and 192 x 144: the sides would be told apart by their sharpness.'],
      ]);
      expect(proposal.sourceClipCount).toBe(4);
      expect(proposal.detectableGain).toBeNull();
      expect(proposal.warnings[0]).toMatch(/^4 source clips can decide nothing/);
      for (const pair of proposal.pairs) expect(pair.frames).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    },
  );

  test('a run is not compared with itself, and runs without a pair lock nothing', { timeout: slow }, async () => {
    const baselineRunId = await importRun(runs.baseline);
    await expect(room.call('studies.propose', { baselineRunId, candidateRunId: baselineRunId })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    const other = await buildStudyRuns(join(folder.path, `others ${count}`), { clips: 1 });
    const copy = join(other.candidate, 'kitchen_0787', 'enriched', 'clip_000_pan_morning_daylight.mp4');
    writeFileSync(copy, '');
    await expect(
      room.call('studies.lock', { name: 'x', baselineRunId, candidateRunId: await importRun(other.candidate) }),
    ).rejects.toMatchObject({ code: 'conflict', message: /^No pair of these runs/ });
    expect((await room.call('studies.list', {})).items).toEqual([]);
  });
});

describe('labelling', () => {
  test(
    'a question tells nothing: own ids, as many bytes, the same headers on both sides',
    { timeout: slow },
    async () => {
      const studyId = await lock();
      const { plan } = await room.call('studies.get', { studyId });
      const secrets = plan.pairs.flatMap(({ baseline, candidate, sourceClip }) => [
        ...[baseline, candidate].flatMap((side) => [
          side.clipId,
          side.mediaId,
          side.shownMediaId,
          side.sha256 ?? sourceClip,
        ]),
        sourceClip,
      ]);
      let question = await room.call('studies.question', { studyId });
      const ids = new Set<string>();
      while (question.item !== null) {
        const text = JSON.stringify(question);
        for (const secret of [...secrets, plan.baseline.name, plan.candidate.name, 'morning_daylight', 'repeat'])
          expect(text).not.toContain(secret);
        const { itemId, leftMediaId, rightMediaId, frameNumber } = question.item;
        ids.add(itemId);
        if (frameNumber === 1) {
          const [left, right] = [await bytesOf(leftMediaId), await bytesOf(rightMediaId)];
          expect(left.headers).toEqual(right.headers);
          expect(left.bytes.length).toBe(right.bytes.length);
          expect(Object.keys(left.headers).toSorted()).toEqual([
            'Cache-Control',
            'Content-Length',
            'Content-Type',
            'Cross-Origin-Resource-Policy',
            'X-Content-Type-Options',
          ]);
        }
        question = await room.call('studies.answer', { studyId, itemId, left: 'unsure', right: 'unsure' });
      }
      // 8 pairs, one again, two with one clip on both sides, two without an arm.
      expect(ids.size).toBe(9 * studyFrames + 4 * 4);
    },
  );

  test('undo asks the question again; nothing is answered twice; a restart goes on', { timeout: slow }, async () => {
    const studyId = await lock();
    const first = await room.call('studies.question', { studyId });
    const answer = { studyId, itemId: first.item!.itemId, left: 'yes', right: 'no' } as const;
    const second = await room.call('studies.answer', answer);
    expect(second.item!.number).toBe(2);
    await expect(room.call('studies.answer', answer)).rejects.toMatchObject({ code: 'conflict' });
    expect((await room.call('studies.undo', { studyId })).item).toEqual(first.item);
    await expect(room.call('studies.undo', { studyId })).rejects.toMatchObject({ code: 'not_found' });
    await labelAll(studyId, undefined, 20);
    const before = await room.call('studies.question', { studyId });
    await room.close();
    room = await openTestCore(workspace);
    expect(await room.call('studies.question', { studyId })).toEqual(before);
    expect((await bytesOf(before.item!.leftMediaId)).bytes.length).toBeGreaterThan(0);
  });

  test(
    'another reviewer has an order of their own, and a question of one is none of the other',
    { timeout: slow },
    async () => {
      const studyId = await lock();
      const mine = await room.call('studies.question', { studyId });
      await as('Grace');
      const theirs = await room.call('studies.question', { studyId });
      expect(theirs.item!.itemId).not.toBe(mine.item!.itemId);
      await expect(
        room.call('studies.answer', { studyId, itemId: mine.item!.itemId, left: 'no', right: 'no' }),
      ).rejects.toMatchObject({ code: 'not_found' });
    },
  );
});

describe('the result', () => {
  test(
    'two reviewers who look find the gain: accepted, with the sides as they were committed to',
    { timeout: slow },
    async () => {
      const studyId = await lock();
      await expect(room.call('studies.result', { studyId })).rejects.toMatchObject({ code: 'conflict' });
      await labelAll(studyId, undefined, 30);
      await expect(room.call('studies.signOff', { studyId })).rejects.toMatchObject({ code: 'conflict' });
      await expect(room.call('studies.unblind', { studyId, confirm: 'Arm with the pre-pass' })).rejects.toMatchObject({
        code: 'conflict',
        message: /^Ada has not signed off/,
      });
      await labelAs('Ada', studyId);
      await expect(room.call('studies.undo', { studyId })).rejects.toMatchObject({ code: 'conflict' });
      await labelAs('Grace', studyId);
      expect(await room.call('studies.get', { studyId })).toMatchObject({
        summary: { state: 'ready' },
        conflicts: [],
        sides: null,
      });
      await expect(room.call('studies.unblind', { studyId, confirm: 'yes' })).rejects.toMatchObject({
        code: 'invalid_input',
      });
      await room.call('studies.unblind', { studyId, confirm: 'Arm with the pre-pass' });
      const { evaluation, reviewers, labels, labelsHash } = await room.call('studies.result', { studyId });
      // 0 to 3 of 8 frames of the baseline show the arm, all of the candidate.
      const shares = evaluation.effects.clips.map(({ baselineShare, candidateShare }) => [
        baselineShare,
        candidateShare,
      ]);
      expect(shares).toEqual(Array.from({ length: 8 }, (_, clip) => [(clip % 4) / studyFrames, 1]));
      expect(evaluation).toMatchObject({ verdict: 'accept', line: 'gain_shown', clipCount: 8, p: 2 / 256 });
      for (const each of reviewers)
        expect(each).toMatchObject({ selfConsistency: 1, sameAnsweredAlike: 1, absentRight: 1, oneAnswer: null });
      // A third person gets the same from what is handed on.
      expect(await room.call('gate.evaluate', { labels })).toMatchObject({ verdict: 'accept', labelsHash });
      const { sides, plan } = await room.call('studies.get', { studyId });
      expect(sides!.isAsCommitted).toBe(true);
      expect(JSON.stringify(plan)).not.toContain(sides!.seed);
      // What was decided is locked for good.
      await as('Edsger');
      const { item } = await room.call('studies.question', { studyId });
      await expect(
        room.call('studies.answer', { studyId, itemId: item!.itemId, left: 'no', right: 'no' }),
      ).rejects.toMatchObject({ code: 'conflict' });
    },
  );

  test('a reviewer who answers everything with one key decides nothing', { timeout: slow }, async () => {
    const studyId = await lock();
    await labelAs('Ada', studyId);
    await labelAs('Grace', studyId, () => ({ left: 'yes', right: 'yes' }));
    await room.call('studies.unblind', { studyId, confirm: 'Arm with the pre-pass' });
    const { evaluation, reviewers } = await room.call('studies.result', { studyId });
    expect(evaluation.verdict).toBe('insufficient');
    expect(reviewers[1]).toMatchObject({ reviewer: 'Grace', oneAnswer: 'yes', absentRight: 0 });
  });

  test('three clips decide nothing, and so does a broken blinding', { timeout: slow }, async () => {
    const few = await buildStudyRuns(join(folder.path, `few ${count}`), { clips: 3 });
    const studyId = await lock(few);
    await labelAs('Ada', studyId);
    await labelAs('Grace', studyId);
    await room.call('studies.unblind', { studyId, confirm: 'Arm with the pre-pass' });
    const { evaluation } = await room.call('studies.result', { studyId });
    expect(evaluation).toMatchObject({ verdict: 'insufficient', line: 'too_few_clips', moreClips: 3 });
    await room.call('studies.breakBlinding', { studyId, reason: 'the file names were on the screen' });
    expect((await room.call('studies.result', { studyId })).evaluation).toMatchObject({
      verdict: 'invalid',
      line: 'blinding_broken',
    });
  });

  test(
    'where two differ a third settles; nobody learns of it before all have signed off',
    { timeout: slow },
    async () => {
      const studyId = await lock();
      await labelAs('Ada', studyId);
      await as('Grace');
      // One frame of one clip is answered otherwise, whatever side it is on.
      let differs = '';
      const look: Look = (question, seen) => {
        if (question.item!.number === 1) {
          differs = question.item!.itemId;
          return { left: seen.left === 'yes' ? 'no' : 'yes', right: seen.right };
        }
        return seen;
      };
      await labelAll(studyId, look);
      expect(differs).not.toBe('');
      expect((await room.call('studies.get', { studyId })).conflicts).toBeNull();
      await room.call('studies.signOff', { studyId });
      const { conflicts } = await room.call('studies.get', { studyId });
      expect(conflicts!.length).toBeLessThanOrEqual(1);
      await labelAs('Barbara', studyId);
      await room.call('studies.unblind', { studyId, confirm: 'Arm with the pre-pass' });
      const result = await room.call('studies.result', { studyId });
      for (const conflict of result.conflicts) {
        expect(conflict.settledBy).toBe('Barbara');
        expect(conflict.answers).toHaveLength(3);
      }
      expect(result.evaluation).toMatchObject({ verdict: 'accept', effects: { unsureShare: { all: 0 } } });
    },
  );
});

test(
  'labels travel as a sealed file into a copy of the study; another file is not taken',
  { timeout: slow },
  async () => {
    const studyId = await lock();
    await expect(room.call('studies.exportLabels', { studyId })).rejects.toMatchObject({ code: 'conflict' });
    await room.close();
    const other = join(folder.path, `workspace of Grace ${count}`);
    copyFolder(workspace, other);
    room = await openTestCore(other);
    await labelAs('Grace', studyId);
    const { text, fileName } = await room.call('studies.exportLabels', { studyId });
    expect(fileName).toBe(`${studyId}-Grace.json`);
    await room.close();

    room = await openTestCore(workspace);
    await as('Ada');
    const cut = JSON.parse(text) as { answers: unknown[] };
    await expect(
      room.call('studies.importLabels', { studyId, text: JSON.stringify({ ...cut, answers: cut.answers.slice(1) }) }),
    ).rejects.toMatchObject({ code: 'file_damaged' });
    const path = join(folder.path, fileName);
    writeFileSync(path, text);
    const { reviewers } = await room.call('studies.importLabels', { studyId, path });
    expect(reviewers).toMatchObject([{ reviewer: 'Grace', isImported: true }]);
    await expect(room.call('studies.importLabels', { studyId, path })).rejects.toMatchObject({ code: 'conflict' });
    await labelAs('Ada', studyId);
    await room.call('studies.unblind', { studyId, confirm: 'Arm with the pre-pass' });
    expect((await room.call('studies.result', { studyId })).evaluation.verdict).toBe('accept');
  },
);

describe('the study of the demo', () => {
  test(
    'eight source clips, each proved to lie the right way up, and who looks accepts the candidate',
    { timeout: slow },
    async () => {
      const demo = await openTestCore(join(folder.path, `demo ${count}`), {}, { isDemo: true });
      try {
        const rules = async (): Promise<Record<string, string>> => {
          const { findings } = await demo.call('configs.lint', { text: turnedAndPolished });
          return Object.fromEntries(findings.map(({ rule, message }) => [rule, message]));
        };
        // Nobody has looked: neither the turn nor the pre-pass is proved.
        expect(Object.keys(await rules())).toEqual(expect.arrayContaining(['orientation-fix', 'pre-pass']));
        const study = await demo.call('studies.startDemo', {});
        const open = await rules();
        expect(open['orientation-fix']).toBeUndefined();
        expect(open['pre-pass']).toMatch(/Study Does the pre-pass keep the arm\? is not finished\.$/);
        expect(study).toMatchObject({ sourceClipCount: 8, state: 'labelling' });
        const { plan } = await demo.call('studies.get', { studyId: study.studyId });
        expect(plan.excluded).toEqual([]);
        for (const pair of plan.pairs)
          expect([pair.frames.length, pair.baseline.orientation, pair.candidate.orientation]).toEqual([
            8,
            'aligned',
            'aligned',
          ]);
        expect((await demo.call('studies.startDemo', {})).studyId).toBe(study.studyId);

        const { studyId, name } = study;
        for (const reviewerName of ['Ada', 'Grace']) {
          await demo.call('settings.set', { reviewerName });
          await labelAll(studyId, undefined, undefined, { of: demo, armOf: orangeArmFramesOf });
          await demo.call('studies.signOff', { studyId });
        }
        await demo.call('studies.unblind', { studyId, confirm: name });
        const { evaluation } = await demo.call('studies.result', { studyId });
        expect(evaluation).toMatchObject({ verdict: 'accept' });
        expect((await rules())['pre-pass']).toBeUndefined();

        const [pair] = plan.pairs;
        await demo.call('orientation.override', {
          clipId: pair!.candidate.clipId,
          verdict: 'misaligned',
          reason: 'seen by eye',
        });
        expect((await rules())['orientation-fix']).toMatch(/7 of 8 clips aligned\.$/);
      } finally {
        await demo.close();
      }
    },
  );

  test('it is not put among the runs of a team', async () => {
    await expect(room.call('studies.startDemo', {})).rejects.toMatchObject({ code: 'conflict' });
    expect((await room.call('runs.list', {})).items).toEqual([]);
  });
});
