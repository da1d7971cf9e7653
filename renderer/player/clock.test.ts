import { expect, test } from 'vitest';
import { MasterClock } from './clock.ts';

function clockOver(last: number): MasterClock {
  const clock = new MasterClock();
  clock.setRange({ first: 0, last });
  return clock;
}
const always = (_frame: number): boolean => true;

/** Frames that a clock gives out at the given times, at 10 fps. */
function run(clock: MasterClock, times: readonly number[], canShow = always): number[] {
  return times.map((ms) => {
    clock.advance(ms, 10, canShow);
    return clock.frame;
  });
}

test('elapsed time becomes whole frames', () => {
  const clock = clockOver(50);
  clock.play(1);
  expect(run(clock, [0, 50, 100, 150, 199, 200, 300])).toEqual([0, 0, 1, 1, 1, 2, 3]);
});

test('at normal speed a late tick skips nothing', () => {
  const clock = clockOver(50);
  clock.play(1);
  expect(run(clock, [0, 1000, 1016, 1100])).toEqual([0, 1, 1, 2]);
  expect(clock.skippedCount).toBe(0);
});

test('at four times, frames passed over are counted', () => {
  const clock = clockOver(50);
  clock.setRate(4);
  clock.play(1);
  run(clock, [0, 100]);
  expect(clock.frame).toBe(4);
  expect(clock.skippedCount).toBe(3);
});

test('backwards, and stops at the first frame', () => {
  const clock = clockOver(50);
  clock.seek(2);
  clock.play(-1);
  expect(run(clock, [0, 100, 200, 300, 400])).toEqual([2, 1, 0, 0, 0]);
  expect(clock.isPlaying).toBe(false);
});

test('a loop range wraps at both ends', () => {
  const clock = clockOver(50);
  clock.setLoop({ first: 30, last: 32 });
  clock.seek(31);
  clock.play(1);
  expect(run(clock, [0, 100, 200, 300])).toEqual([31, 32, 30, 31]);
  clock.play(-1);
  expect(run(clock, [400, 500, 600])).toEqual([31, 30, 32]);
});

test('waits for a frame that is not there and does not catch up', () => {
  const clock = clockOver(50);
  clock.play(1);
  const ready = new Set([0, 1]);
  const canShow = (frame: number): boolean => ready.has(frame);
  expect(run(clock, [0, 100, 200, 300, 400], canShow)).toEqual([0, 1, 1, 1, 1]);
  for (let frame = 0; frame <= 50; frame++) ready.add(frame);
  expect(run(clock, [416, 516], canShow)).toEqual([2, 3]);
});

test('never leaves its range', () => {
  const clock = clockOver(10);
  clock.seek(99);
  expect(clock.frame).toBe(10);
  clock.seek(-4.2);
  expect(clock.frame).toBe(0);
  clock.setRate(100);
  expect(clock.rate).toBe(4);
});

test('play at the end begins anew', () => {
  const clock = clockOver(10);
  clock.seek(10);
  clock.play(1);
  expect(clock.frame).toBe(0);
});
