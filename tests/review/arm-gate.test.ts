import { describe, expect, test } from 'vitest';
import { studyLabelsSchema, type FrameLabel, type StudyLabels } from '#shared/rules/arm-gate/labels.ts';
import { detectableGain, evaluateGate, type GateLine, type GateVerdict } from '#shared/rules/arm-gate/verdict.ts';
import { framesOf, pairOf, studyOf, studyWithoutEffect } from '../support/review/build-labels.ts';

const clips = (count: number, frames: (at: number) => FrameLabel[]) =>
  Array.from({ length: count }, (_, at) => pairOf(`clip ${at}`, frames(at)));
const gain = (at: number): FrameLabel[] => framesOf(16, 6 + (at % 3), 13 + (at % 4));
const harm = (at: number): FrameLabel[] => framesOf(16, 13 + (at % 4), 6 + (at % 3));
const same = (at: number): FrameLabel[] => framesOf(16, 8 + (at % 2), 9 - (at % 2));
const unsure = (frames: FrameLabel[], count: number): FrameLabel[] =>
  frames.map((label, at) => (at < count ? { ...label, candidate: 'unsure' } : label));
const flipped = (frames: readonly FrameLabel[]): FrameLabel[] =>
  frames.map((label) => ({
    ...label,
    baseline: label.baseline === 'yes' ? 'no' : 'yes',
    candidate: label.candidate === 'yes' ? 'no' : 'yes',
  }));

const table: readonly [string, StudyLabels, GateVerdict, GateLine][] = [
  [
    'a clip whose depth lies wrong',
    studyOf([pairOf('a', gain(0), { depth: 'misaligned' }), ...clips(8, gain)]),
    'invalid',
    'depth_misaligned',
  ],
  ['broken blinding', studyOf(clips(8, gain), { isBlindingBroken: true }), 'invalid', 'blinding_broken'],
  [
    'unequal inputs',
    studyOf([pairOf('a', gain(0), { hasEqualInputs: false }), ...clips(8, gain)]),
    'invalid',
    'unequal_inputs',
  ],
  ['no clip at all', studyOf([]), 'insufficient', 'too_few_clips'],
  ['3 clips', studyOf(clips(3, gain)), 'insufficient', 'too_few_clips'],
  ['5 of 5 clips', studyOf(clips(5, gain)), 'insufficient', 'too_few_clips'],
  [
    '24 variants of 5 source clips',
    studyOf(Array.from({ length: 24 }, (_, at) => pairOf(`clip ${at % 5}`, gain(at), { pairId: `p${at}` }))),
    'insufficient',
    'too_few_clips',
  ],
  [
    'half of the frames labelled',
    studyOf(clips(8, (at) => gain(at)).map((pair) => ({ ...pair, plannedFrames: 32 }))),
    'insufficient',
    'too_few_valid_pairs',
  ],
  [
    'some answers unsure on one side',
    studyOf(
      clips(8, (at) => unsure(gain(at), 3)).map((pair) => ({ ...pair, plannedFrames: 13 })),
      {},
    ),
    'accept',
    'gain_shown',
  ],
  [
    'many unsure',
    studyOf(
      clips(8, (at) =>
        gain(at).map((label, frame) => (frame < 3 ? { ...label, candidate: 'unsure', baseline: 'unsure' } : label)),
      ),
    ),
    'insufficient',
    'too_many_unsure',
  ],
  [
    'one reviewer',
    studyOf(clips(8, gain).map((pair) => ({ ...pair, labels: pair.labels.slice(0, 1) }))),
    'insufficient',
    'one_reviewer',
  ],
  [
    'reviewers who differ, settled by a third',
    studyOf(
      clips(8, gain).map((pair) => ({
        ...pair,
        labels: [pair.labels[0]!, { reviewer: 'ben', frames: flipped(pair.labels[0]!.frames) }],
        settled: pair.labels[0]!.frames,
      })),
    ),
    'insufficient',
    'reviewers_disagree',
  ],
  [
    'a reviewer who differs from himself',
    studyOf(clips(8, gain), { selfConsistency: 0.8 }),
    'insufficient',
    'not_self_consistent',
  ],
  [
    'a reviewer who sees an arm where there is none',
    studyOf(clips(8, gain), { selfConsistency: 1, absentRight: 0.5 }),
    'insufficient',
    'arm_seen_where_none_is',
  ],
  ['harm', studyOf(clips(8, harm)), 'reject', 'harm'],
  ['no difference in 12 clips', studyOf(clips(12, same)), 'reject', 'gain_ruled_out'],
  ['no difference in 8 clips', studyOf(clips(8, same)), 'insufficient', 'no_line'],
  ['a gain in 6 of 6', studyOf(clips(6, gain)), 'accept', 'gain_shown'],
  ['a gain that is too small to matter', studyOf(clips(8, () => framesOf(16, 8, 9))), 'insufficient', 'no_line'],
  [
    'a gain with one clip lost',
    studyOf([...clips(12, gain), pairOf('lost', framesOf(16, 16, 4))]),
    'insufficient',
    'no_line',
  ],
  [
    'the same with a written reason',
    studyOf([
      ...clips(12, gain),
      pairOf('lost', framesOf(16, 16, 4), { lossReason: 'The arm leaves the picture in the source.' }),
    ]),
    'accept',
    'gain_shown',
  ],
];

test.each(table)('%s', (_name, labels, verdict, line) => {
  const evaluation = evaluateGate(studyLabelsSchema.parse(labels));
  expect([evaluation.verdict, evaluation.line]).toEqual([verdict, line]);
  expect(evaluation.because.length).toBeGreaterThan(20);
});

test('a reviewer who answers everything with one key decides nothing', () => {
  const evaluation = evaluateGate(studyOf(clips(12, () => framesOf(16, 16, 16))));
  expect(evaluation).toMatchObject({
    verdict: 'reject',
    line: 'gain_ruled_out',
    agreement: { kappa: null, ac1: null },
  });
  expect(evaluation.meanDifference).toBe(0);
});

test('what is missing is said, with how many more clips', () => {
  const evaluation = evaluateGate(studyOf(clips(8, (at) => framesOf(16, 8, at % 2 === 0 ? 14 : 6))));
  expect(evaluation.line).toBe('no_line');
  expect(evaluation.because).toMatch(/p 0\.\d+, needs 0\.05/);
  expect(evaluation.moreClips).toBeGreaterThan(0);
});

test('what a study could show is told beforehand', () => {
  expect(detectableGain(5)).toBeNull();
  expect(detectableGain(24)).toBeCloseTo(0.2, 2);
  expect(detectableGain(6)!).toBeGreaterThan(detectableGain(16)!);
});

describe('1,000 studies without an effect', () => {
  test.each([0, 0.5, 0.8])('variants share %f of their variation', (sharedVariation) => {
    let accepted = 0;
    let significant = 0;
    for (let seed = 1; seed <= 1000; seed += 1) {
      const clipCount = 6 + (seed % 9);
      const labels = studyWithoutEffect({ seed, clipCount, variantCount: 3, sharedVariation });
      const { verdict, p } = evaluateGate(labels, { resamples: 400 });
      if (verdict === 'accept') accepted += 1;
      if (p !== null && p <= 0.05) significant += 1;
    }
    console.log(`shared ${sharedVariation}: accepted ${accepted / 10} %, p <= 0.05 in ${significant / 10} %`);
    expect(accepted).toBeLessThanOrEqual(30);
    expect(significant).toBeLessThanOrEqual(60);
    expect(significant).toBeGreaterThan(0);
  });
});
