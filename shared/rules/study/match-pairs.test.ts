import { expect, test } from 'vitest';
import { matchPairs, type ClipInputs, type StudyClip } from './match-pairs.ts';

const same: ClipInputs = {
  sourceClip: 'sha-source',
  prompt: 'a kitchen',
  depth: 'sha-depth',
  seed: '7',
  trimWindow: '0+49',
  contextFrame: 'none',
};

function clip(clipId: string, inputs: Partial<ClipInputs> = {}): StudyClip {
  return { clipId, inputs: { ...same, ...inputs } };
}

test('clips with equal inputs are a pair, and variants of one source clip are one unit', () => {
  const proposal = matchPairs(
    [clip('b1'), clip('b2', { prompt: 'a hall' })],
    [clip('c2', { prompt: 'a hall' }), clip('c1')],
  );
  expect(proposal.pairs.map((pair) => [pair.baselineClipId, pair.candidateClipId])).toEqual([
    ['b1', 'c1'],
    ['b2', 'c2'],
  ]);
  expect(proposal.sourceClipCount).toBe(1);
  expect(proposal.excluded).toEqual([]);
});

test.each([
  ['prompt', 'prompt'],
  ['depth', 'depth'],
  ['seed', 'seed'],
  ['trimWindow', 'trim window'],
  ['contextFrame', 'context frame'],
] as const)('another %s excludes both clips and is named', (name, words) => {
  const { pairs, excluded } = matchPairs([clip('b')], [clip('c', { [name]: 'other' })]);
  expect(pairs).toEqual([]);
  expect(excluded).toEqual([
    { clipId: 'b', side: 'baseline', reason: `not the same on both sides: ${words}` },
    { clipId: 'c', side: 'candidate', reason: `not the same on both sides: ${words}` },
  ]);
});

test('what is not known equals nothing, itself included', () => {
  const { pairs, excluded } = matchPairs([clip('b', { seed: null })], [clip('c', { seed: null })]);
  expect(pairs).toEqual([]);
  expect(excluded.map(({ reason }) => reason)).toEqual(['not known: seed', 'not known: seed']);
  expect(matchPairs([clip('b')], [clip('c', { depth: null })]).excluded.map(({ reason }) => reason)).toEqual([
    'not known of the other run: depth',
    'not known: depth',
  ]);
});

test('a source clip that only one run has is excluded', () => {
  const { excluded } = matchPairs([clip('b')], [clip('c', { sourceClip: 'sha-other' })]);
  expect(excluded.map(({ reason }) => reason)).toEqual([
    'the other run has no clip of this source clip',
    'the other run has no clip of this source clip',
  ]);
});

test('of two clips with the same inputs none is picked', () => {
  const { pairs, excluded } = matchPairs([clip('b')], [clip('c1'), clip('c2')]);
  expect(pairs).toEqual([]);
  expect(excluded.map(({ clipId, reason }) => [clipId, reason])).toEqual([
    ['b', 'the other run has several clips with these inputs'],
    ['c1', 'another clip of the same run has the same inputs'],
    ['c2', 'another clip of the same run has the same inputs'],
  ]);
});
