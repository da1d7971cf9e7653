import { expect, test } from 'vitest';
import { createFrameBudget } from './budget.ts';

test('small clips get all they want, large ones share the rest, nobody gets more than there is', () => {
  const budget = createFrameBudget(100);
  const told: string[] = [];
  const small = budget.claim(10, () => told.push('small'));
  const large = budget.claim(500, () => told.push('large'));
  expect([small.allottedBytes(), large.allottedBytes(), told]).toEqual([10, 90, []]);
  const other = budget.claim(400, () => told.push('other'));
  expect([small.allottedBytes(), large.allottedBytes(), other.allottedBytes()]).toEqual([10, 45, 45]);
  expect(told).toEqual(['large']);
  other.want(20);
  expect([large.allottedBytes(), other.allottedBytes(), budget.allottedBytes()]).toEqual([70, 20, 100]);
  small.release();
  other.release();
  expect([large.allottedBytes(), budget.allottedBytes()]).toEqual([100, 100]);
  large.release();
  expect(budget.allottedBytes()).toBe(0);
});
