import { expect, test } from 'vitest';
import type { SearchHit } from '#shared/model/log.ts';
import { addressOfHit, splitHighlights } from './hit-row.tsx';

test('what matched is marked, the text stays whole', () => {
  expect(
    splitHighlights('depth fix skipped', [
      [0, 5],
      [10, 17],
    ]),
  ).toEqual([
    { text: 'depth', isMatch: true },
    { text: ' fix ', isMatch: false },
    { text: 'skipped', isMatch: true },
  ]);
});

test('ranges that overlap, run backwards or leave the text do not lose or repeat a character', () => {
  const parts = splitHighlights('abcdef', [
    [4, 99],
    [1, 3],
    [2, 4],
    [3, 1],
  ]);
  expect(parts.map((part) => part.text).join('')).toBe('abcdef');
});

test('a hit leads to the line, the stage or the clip itself', () => {
  const hit: SearchHit = {
    kind: 'log',
    runId: 'r1',
    runName: 'prepass',
    instanceId: null,
    stageKey: 's2_enrich',
    at: null,
    level: 'ERROR',
    logId: 'l1',
    logPath: 'run_all.log',
    line: 41,
    clipId: null,
    text: '',
    highlights: [],
  };
  expect(addressOfHit(hit)).toBe('/runs/r1?log=l1&line=41');
  expect(addressOfHit({ ...hit, kind: 'stage' })).toBe('/runs/r1?stage=s2_enrich');
  expect(addressOfHit({ ...hit, kind: 'clip', clipId: 'c 1' })).toBe('/clip/c%201');
});
