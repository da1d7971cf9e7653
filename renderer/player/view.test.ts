import { expect, test } from 'vitest';
import { clampView, fitView, panBy, placePicture, zoomAt } from './view.ts';

const picture = { width: 640, height: 480 };
const pane = { width: 560, height: 420 };

test('fit covers the pane with the whole picture', () => {
  expect(placePicture(fitView, picture, picture, pane)).toMatchObject({
    x: 0,
    y: 0,
    width: 560,
    height: 420,
    u0: 0,
    v0: 0,
    u1: 1,
    v1: 1,
  });
  expect(placePicture(fitView, picture, picture, { width: 1000, height: 420 })).toMatchObject({ x: 220, width: 560 });
});

test('zoom keeps the point under the pointer where it is', () => {
  const point = { u: 0.3, v: 0.7 };
  const before = placePicture(fitView, picture, picture, pane);
  const view = zoomAt(fitView, 3, point.u, point.v, picture, pane);
  const after = placePicture(view, picture, picture, pane);
  const at = (placed: typeof before) => ({
    x: placed.x + ((point.u - placed.u0) / (placed.u1 - placed.u0)) * placed.width,
    y: placed.y + ((point.v - placed.v0) / (placed.v1 - placed.v0)) * placed.height,
  });
  expect(at(after).x).toBeCloseTo(at(before).x, 6);
  expect(at(after).y).toBeCloseTo(at(before).y, 6);
});

test('zoom ends at 32 and a picture cannot be pushed out of its pane', () => {
  const view = zoomAt(fitView, 1000, 0, 0, picture, pane);
  expect(view.scale).toBe(32);
  const pushed = panBy({ scale: 4, centerX: 0.5, centerY: 0.5 }, 1e6, 1e6, picture, pane);
  const placed = placePicture(pushed, picture, picture, pane);
  expect([placed.u0, placed.v0]).toEqual([0, 0]);
  expect(clampView({ scale: 0.5, centerX: 0, centerY: 1 }, picture, pane)).toEqual({
    scale: 0.5,
    centerX: 0.5,
    centerY: 0.5,
  });
});

test('a picture of another size shows the same part', () => {
  const view = { scale: 4, centerX: 0.3, centerY: 0.6 };
  const left = placePicture(view, picture, picture, pane);
  const right = placePicture(view, { width: 1280, height: 960 }, picture, pane);
  expect(right.u0).toBeCloseTo(left.u0, 6);
  expect(right.v1).toBeCloseTo(left.v1, 6);
});
