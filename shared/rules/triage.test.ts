import { expect, test } from 'vitest';
import { triageClip, type TriageFacts } from './triage.ts';

const clip: TriageFacts = {
  depth: { verdict: 'aligned', because: '' },
  flags: [],
  promptOrigin: 'model_written',
  promptOriginWhy: null,
  frame0Ssim: 0.9,
  review: 'never',
};
const kindsOf = (changes: Partial<TriageFacts>): string[] =>
  triageClip({ ...clip, ...changes }).map(({ kind }) => kind);

test('each reason by itself', () => {
  expect(kindsOf({})).toEqual([]);
  expect(kindsOf({ depth: null })).toEqual([]);
  expect(kindsOf({ depth: { verdict: 'unchecked', because: 'not yet' } })).toEqual(['depth_unchecked']);
  for (const verdict of ['misaligned', 'inconclusive', 'not_the_same_clip', 'time_shift'])
    expect(kindsOf({ depth: { verdict, because: 'so' } })).toEqual(['depth_wrong']);
  expect(kindsOf({ flags: [{ code: 'truncated', message: '' }] })).toEqual(['flagged']);
  expect(kindsOf({ promptOrigin: 'builtin' })).toEqual(['builtin_prompt']);
  expect(kindsOf({ promptOrigin: 'builtin_industrial' })).toEqual(['builtin_prompt']);
  expect(kindsOf({ promptOrigin: 'unknown' })).toEqual([]);
  expect(kindsOf({ frame0Ssim: 0.7 })).toEqual([]);
  expect(kindsOf({ frame0Ssim: 0.699 })).toEqual(['low_similarity']);
  expect(kindsOf({ frame0Ssim: null })).toEqual([]);
  expect(kindsOf({ review: 'earlier' })).toEqual(['changed_since_review']);
});

test('the most urgent first; a verdict on these bytes answers all', () => {
  const bad: Partial<TriageFacts> = {
    depth: { verdict: 'misaligned', because: 'upside down' },
    flags: [{ code: 'truncated', message: 'half of it' }],
    promptOrigin: 'builtin',
    frame0Ssim: 0.1,
  };
  expect(kindsOf({ ...bad, review: 'earlier' })).toEqual([
    'changed_since_review',
    'depth_wrong',
    'flagged',
    'low_similarity',
    'builtin_prompt',
  ]);
  expect(kindsOf({ ...bad, review: 'current' })).toEqual([]);
});
