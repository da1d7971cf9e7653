import { expect, test } from 'vitest';
import { frameMetrics, motionBetween } from './frame-metrics.ts';

const grid = (level: (x: number, y: number) => number, width = 20, height = 12) => ({
  width,
  height,
  values: Uint8Array.from({ length: width * height }, (_, at) => level(at % width, Math.floor(at / width))),
});
const slope = grid((x, y) => 5 * x + 3 * y);

test('a picture is like itself', () => {
  expect(frameMetrics(slope, slope)).toEqual({
    meanError: 0,
    correlation: expect.closeTo(1),
    ssim: expect.closeTo(1),
  });
});

test('a brighter copy correlates fully, and differs by what was added', () => {
  const brighter = grid((x, y) => 5 * x + 3 * y + 40);
  const metrics = frameMetrics(slope, brighter);
  expect(metrics.meanError).toBe(40);
  expect(metrics.correlation).toBeCloseTo(1);
  expect(metrics.ssim).toBeLessThan(0.95);
});

test('near and far swapped correlates the other way round', () => {
  const swapped = grid((x, y) => 255 - (5 * x + 3 * y));
  expect(frameMetrics(slope, swapped).correlation).toBeCloseTo(-1);
  expect(frameMetrics(slope, swapped).ssim).toBeLessThan(0);
});

test('a picture of one level correlates with nothing: that is not 0', () => {
  expect(
    frameMetrics(
      slope,
      grid(() => 90),
    ).correlation,
  ).toBeNaN();
});

test('similarity of two windows by the formula of the paper', () => {
  const a = { width: 2, height: 1, values: Uint8Array.of(10, 30) };
  const b = { width: 2, height: 1, values: Uint8Array.of(20, 20) };
  const [c1, c2] = [6.5025, 58.5225];
  const wanted = ((2 * 20 * 20 + c1) * c2) / ((20 * 20 + 20 * 20 + c1) * (100 + c2));
  expect(frameMetrics(a, b).ssim).toBeCloseTo(wanted);
});

test('motion is the mean change of a pixel', () => {
  expect(motionBetween(Uint8Array.of(0, 10, 20), Uint8Array.of(3, 10, 14))).toBe(3);
});
