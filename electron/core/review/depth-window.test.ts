import { expect, test } from 'vitest';
import { depthWindowOf } from './depth-window.ts';

const at = (frameCount: number, fps: number | null) => ({ frameCount, fps });

test.each([
  ['one to one', at(49, 10), { fps: 10 }, null, { startFrame: 0, stepFrames: 1, frameCount: 49 }],
  ['the whole part of a rate', at(49, 10.4), { fps: 10 }, null, { startFrame: 0, stepFrames: 1, frameCount: 49 }],
  ['trimmed', at(73, 10), { fps: 10 }, [12, 49], { startFrame: 12, stepFrames: 1, frameCount: 49 }],
  ['trimmed past its end', at(50, 10), { fps: 10 }, [12, 49], { startFrame: 12, stepFrames: 1, frameCount: 38 }],
  ['every third', at(90, 30), { fps: 10 }, null, { startFrame: 0, stepFrames: 3, frameCount: 30 }],
  ['a rate that nobody says', at(49, null), { fps: 10 }, null, { startFrame: 0, stepFrames: 1, frameCount: 49 }],
] as const)('%s', (_, input, control, trim, window) => {
  const cut = trim === null ? null : { startFrame: trim[0], frameCount: trim[1] };
  expect(depthWindowOf(input, control, cut)).toEqual({ ok: true, window });
});

test.each([
  [at(49, 10), { fps: 30 }, null],
  [at(49, 15), { fps: 10 }, null],
  [at(10, 10), { fps: 10 }, { startFrame: 12, frameCount: 49 }],
])('what can not be matched: %j beside %j', (input, control, trim) => {
  expect(depthWindowOf(input, control, trim)).toMatchObject({ ok: false });
});
