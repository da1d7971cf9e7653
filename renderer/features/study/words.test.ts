import { expect, test } from 'vitest';
import { paceSeconds, signed } from './words.ts';

test('a pace is told from three answers on, and a pause is no work', () => {
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
  expect(paceSeconds([at(0), at(4)])).toBeNull();
  expect(paceSeconds([at(0), at(4), at(10)])).toBe(5);
  expect(paceSeconds([at(0), at(4), at(10), at(4000), at(4005)])).toBe(5);
});

test('a loss has a minus', () => {
  expect([signed(0.284), signed(-0.1), signed(0)]).toEqual(['+0.28', '−0.10', '+0.00']);
});
