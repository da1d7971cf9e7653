import { expect, test } from 'vitest';
import { assignSides, commitToSides } from './sides.ts';

const seed = '5a'.repeat(32);
const salt = 'c3'.repeat(32);
const clips = Array.from({ length: 8 }, (_, at) => `clip-${at}`);

function leftCount(clipsOf: readonly string[], reviewer: string, ownSeed = seed): number {
  return [...assignSides({ seed: ownSeed }, reviewer, clipsOf).values()].filter((side) => side === 'left').length;
}

test('each side holds the candidate for half of the clips', () => {
  for (let reviewer = 0; reviewer < 50; reviewer += 1) {
    expect(leftCount(clips, `reviewer ${reviewer}`)).toBe(4);
    expect([3, 4]).toContain(leftCount(clips.slice(1), `reviewer ${reviewer}`));
  }
});

test('of an odd number of clips either side gets the one more', () => {
  const seen = Array.from({ length: 50 }, (_, reviewer) => leftCount(clips.slice(1), `reviewer ${reviewer}`));
  expect(new Set(seen)).toEqual(new Set([3, 4]));
});

test('a clip keeps its side after a restart and whatever the order, and another reviewer has sides of their own', () => {
  const sides = assignSides({ seed }, 'Ada', clips);
  expect(assignSides({ seed }, 'Ada', clips.toReversed())).toEqual(sides);
  const differing = Array.from({ length: 20 }, (_, at) => assignSides({ seed }, `reviewer ${at}`, clips)).filter(
    (others) => clips.some((clip) => others.get(clip) !== sides.get(clip)),
  );
  expect(differing.length).toBeGreaterThan(10);
});

test('every clip is on either side about equally often over reviewers', () => {
  for (const clip of clips) {
    const left = Array.from({ length: 400 }, (_, at) => assignSides({ seed }, `reviewer ${at}`, clips).get(clip));
    const count = left.filter((side) => side === 'left').length;
    // Six standard deviations of 400 fair tosses; the seed is fixed, so it holds or it does not.
    expect(Math.abs(count - 200)).toBeLessThan(60);
  }
});

test('the commitment binds the seed and the salt', () => {
  const committed = commitToSides({ seed, salt });
  expect(commitToSides({ seed, salt })).toBe(committed);
  expect(commitToSides({ seed: '5b'.repeat(32), salt })).not.toBe(committed);
  expect(commitToSides({ seed, salt: 'c4'.repeat(32) })).not.toBe(committed);
});
