import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeWindow, smallestWindow } from './window-place.ts';

const screen = { x: 0, y: 25, width: 1512, height: 920 };
const second = { x: 1512, y: 0, width: 2560, height: 1440 };

test('without a kept place it is in the middle of the first display', () => {
  expect(placeWindow(null, [screen, second])).toEqual({ x: 36, y: 35, width: 1440, height: 900 });
});

test('where it was is where it opens', () => {
  const kept = { x: 1600, y: 100, width: 1800, height: 1200 };
  expect(placeWindow(kept, [screen, second])).toEqual(kept);
});

test('a window of a display that is gone comes to the middle of one that is there', () => {
  const kept = { x: 1600, y: 100, width: 1800, height: 1200 };
  expect(placeWindow(kept, [screen])).toEqual({ x: 0, y: 25, width: 1512, height: 920 });
});

test('a window that hangs over the edge is moved in', () => {
  expect(placeWindow({ x: 1000, y: -300, width: 1200, height: 700 }, [screen])).toEqual({
    x: 312,
    y: 25,
    width: 1200,
    height: 700,
  });
});

test('wherever it was, it is inside a display and large enough, if the display is', () => {
  const number = fc.integer({ min: -5000, max: 5000 });
  const size = fc.integer({ min: 1, max: 6000 });
  const kept = fc.record({ x: number, y: number, width: size, height: size });
  fc.assert(
    fc.property(fc.option(kept), fc.shuffledSubarray([screen, second], { minLength: 1 }), (place, areas) => {
      const { x, y, width, height } = placeWindow(place, areas);
      expect(
        areas.some((a) => x >= a.x && y >= a.y && x + width <= a.x + a.width && y + height <= a.y + a.height),
      ).toBe(true);
      expect(width).toBeGreaterThanOrEqual(smallestWindow.width);
      expect(height).toBeGreaterThanOrEqual(smallestWindow.height);
    }),
  );
});
