import { expect, test } from 'vitest';
import { globMatcher } from './glob.ts';

const matches = (pattern: string, path: string): boolean => globMatcher([pattern])(path) !== null;

test.each([
  ['__pycache__', 'a/__pycache__/x.pyc', true],
  ['__pycache__', 'a/not__pycache__/x', false],
  ['*.log', 'run_all.log', true],
  ['*.log', 'deep/er/run_all.log', true],
  ['*.log', 'run_all.log.old', false],
  ['/cache', 'cache/x', true],
  ['/cache', 'a/cache', false],
  ['**/enriched/**', 'kitchen/enriched/clip.mp4', true],
  ['**/enriched/**', 'enriched.txt', false],
  ['clip_?.mp4', 'clip_1.mp4', true],
  ['clip_?.mp4', 'clip_10.mp4', false],
  ['a.b', 'axb', false],
  ['*', 'new\nline', true],
])('%s and %s: %s', (pattern, path, isMatch) => {
  expect(matches(pattern, path)).toBe(isMatch);
});
