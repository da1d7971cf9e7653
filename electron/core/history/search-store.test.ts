import { expect, test } from 'vitest';
import { findHighlights, splitTerms } from './search-store.ts';

test('words are split at spaces; what is quoted stays together', () => {
  expect(splitTerms('  natsort "No module named"  x')).toEqual(['natsort', 'No module named', 'x']);
  expect(splitTerms('" ')).toEqual([]);
  expect(splitTerms('a\0b "c\0d"')).toEqual(['a', 'b', 'c d']);
});

test('highlights are half-open, ordered and never overlap', () => {
  expect(findHighlights('Error: no module, error', ['error', 'or'])).toEqual([
    [0, 5],
    [18, 23],
  ]);
  expect(findHighlights('nothing', ['x'])).toEqual([]);
  expect(findHighlights('İİ stage', ['STAGE'])).toEqual([[3, 8]]);
});
