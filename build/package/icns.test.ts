import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRoot } from '../steps/paths.mjs';
import { formatIcns } from './icns.ts';

/** Width and height of a PNG. */
const sizeOf = (png: Buffer): readonly [number, number] => [png.readUInt32BE(16), png.readUInt32BE(20)];

const sides = [16, 32, 64, 128, 256, 512, 1024];
const pngs = new Map(sides.map((side) => [side, readFileSync(inRoot('resources', 'icons', `${side}x${side}.png`))]));

test('each icon has the size of its name', () => {
  for (const [side, png] of pngs) expect(sizeOf(png)).toEqual([side, side]);
});

test('the icon for macOS is made of the icons that are there', () => {
  expect(readFileSync(inRoot('resources', 'icon.icns')).equals(formatIcns(pngs))).toBe(true);
});

test('a picture that is missing is said', () => {
  expect(() => formatIcns(new Map([[16, Buffer.alloc(0)]]))).toThrow('no picture of 32 pixels');
});
