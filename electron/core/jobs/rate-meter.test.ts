import { expect, test } from 'vitest';
import { createRateMeter } from './rate-meter.ts';

test('the rate is unknown until half a second has been seen', () => {
  const meter = createRateMeter();
  expect(meter.add(0, 0)).toBeNull();
  expect(meter.add(400, 40)).toBeNull();
  expect(meter.add(1000, 100)).toBeCloseTo(100);
});

test('a stall shows within the window', () => {
  const meter = createRateMeter();
  for (let ms = 0; ms <= 5000; ms += 100) meter.add(ms, ms / 10);
  let rate: number | null = null;
  for (let ms = 5100; ms <= 20_000; ms += 100) rate = meter.add(ms, 500);
  expect(rate).toBe(0);
});
