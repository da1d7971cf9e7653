import { expect, test } from 'vitest';
import { lookAt, parseLook, sameLookMs } from './last-look.ts';

test('the first look compares with nothing', () => {
  expect(lookAt(null, 1_000)).toEqual({ sinceMs: null, leftMs: 1_000 });
});

test('a walk to a run and back stays the same look; a later one starts where the page was left', () => {
  const before = { sinceMs: 500, leftMs: 10_000 };
  expect(lookAt(before, 10_000 + sameLookMs - 1).sinceMs).toBe(500);
  expect(lookAt(before, 10_000 + sameLookMs).sinceMs).toBe(10_000);
});

test.each([[null], ['{'], ['7'], ['{"sinceMs":1}'], ['{"sinceMs":"1","leftMs":2}']])(
  'a mark that reads %s is no mark',
  (text) => {
    expect(parseLook(text)).toBeNull();
  },
);

test('a mark is read back as it was kept', () => {
  expect(parseLook('{"sinceMs":null,"leftMs":2}')).toEqual({ sinceMs: null, leftMs: 2 });
});
