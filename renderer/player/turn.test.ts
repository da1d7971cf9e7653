import { expect, test } from 'vitest';
import { applyTransform, transformSchema } from '#shared/rules/orientation/transforms.ts';
import { shownPoint, storedPoint, turnedSize, turnMatrix } from './turn.ts';

const stored = { width: 3, height: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) };

test.each(transformSchema.options)('%s shows each stored value where the orientation check looks for it', (turn) => {
  const shown = applyTransform(stored, turn);
  expect(turnedSize(turn, stored)).toEqual({ width: shown.width, height: shown.height });
  for (let y = 0; y < shown.height; y += 1) {
    for (let x = 0; x < shown.width; x += 1) {
      const [u, v] = storedPoint(turn, (x + 0.5) / shown.width, (y + 0.5) / shown.height);
      const at = Math.floor(v * stored.height) * stored.width + Math.floor(u * stored.width);
      expect(stored.values[at]).toBe(shown.values[y * shown.width + x]);
    }
  }
});

test.each(transformSchema.options)('%s and back is where it was; the matrix says the same', (turn) => {
  const [u, v] = storedPoint(turn, 0.2, 0.7);
  const [backU, backV] = shownPoint(turn, u, v);
  expect([backU, backV]).toEqual([expect.closeTo(0.2), expect.closeTo(0.7)]);
  const m = turnMatrix(turn);
  expect([m[0]! * 0.2 + m[3]! * 0.7 + m[6]!, m[1]! * 0.2 + m[4]! * 0.7 + m[7]!]).toEqual([
    expect.closeTo(u),
    expect.closeTo(v),
  ]);
});
