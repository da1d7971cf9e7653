import { expect, test } from 'vitest';
import { createRandom } from '#shared/rules/seeded-random.ts';
import { bestOffset, toUnit, type Outline } from './suggest-offset.ts';

/** A camera that wanders: each frame is like its neighbours, and unlike those far away. */
function wander(count: number, seed: number, noise = 0): Outline[] {
  const random = createRandom(7);
  const own = createRandom(seed);
  const phases = Array.from({ length: 768 }, () => random() * 6.28);
  return Array.from({ length: count }, (_, frame) =>
    toUnit(
      Float32Array.from(phases, (phase) => Math.sin(phase + frame * 0.15 * (1 + Math.sin(phase))) + noise * own()),
    ),
  );
}

test.each([3, -5])('a clip that is %i frames away is found, by how much and how well', (shift) => {
  const whole = wander(60, 1);
  const left = whole.slice(20, 50);
  const right = whole.slice(20 - shift, 50 - shift);
  expect(bestOffset(left, right)).toMatchObject({ offset: shift, score: expect.closeTo(1) });
});

test('clips that fit as they are get no suggestion, with noise on both as well', () => {
  expect(bestOffset(wander(30, 1), wander(30, 2))).toBeNull();
  expect(bestOffset(wander(30, 1, 1.5), wander(30, 2, 1.5))).toBeNull();
});

test('a still clip, one of few frames and one of one level carry no suggestion', () => {
  const still = Array.from({ length: 30 }, () => wander(1, 1)[0]!);
  expect(bestOffset(still, still)).toBeNull();
  expect(bestOffset(wander(6, 1), wander(9, 1).slice(3))).toBeNull();
  expect(
    bestOffset(
      wander(30, 1),
      Array.from({ length: 30 }, () => toUnit(new Float32Array(768))),
    ),
  ).toBeNull();
});

test('near and far swapped does not hide a shift', () => {
  const whole = wander(40, 1);
  const swapped = whole.map((outline) => outline!.map((each) => -each));
  expect(bestOffset(whole.slice(0, 30), swapped.slice(4, 34))).toMatchObject({ offset: -4 });
});
