import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

test('waits are whole seconds, never shorter than the interval, and grow', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 6000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, interval, random) => {
        const ms = backOffMs(attempt, interval, () => random);
        expect(ms % 1000).toBe(0);
        expect(ms).toBeGreaterThanOrEqual(Math.max(interval, 1000 * 2 ** (attempt - 1)));
        expect(ms).toBeLessThanOrEqual(2 * Math.max(Math.ceil(interval / 1000) * 1000, 1000 * 2 ** (attempt - 1)));
      },
    ),
  );
});
