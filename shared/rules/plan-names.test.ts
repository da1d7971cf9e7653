import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8, escapeBytes, foldName, planNames, unescapeBytes } from './plan-names.ts';

const nameOf = (names: readonly string[], bytes: string, reserved: readonly string[] = []): string | undefined =>
  planNames(names, reserved).get(bytes)?.name;

test('plain names stay as they are, also odd ones', () => {
  for (const name of ['clip_000.mp4', '-rf', 'a b', "it's", '"q"', 'new\nline', '100%', 'back\\slash', '…'.repeat(3)])
    expect(nameOf([encodeUtf8(name)], encodeUtf8(name))).toBe(name);
});

test('bytes that are not UTF-8 are escaped and can be turned back', () => {
  expect(nameOf(['caf\xE9.txt'], 'caf\xE9.txt')).toBe('caf%E9.txt');
  expect(unescapeBytes('caf%E9.txt')).toBe('caf\xE9.txt');
  expect(decodeUtf8('\xED\xA0\x80')).toBeNull();
  expect(decodeUtf8('\xC0\x80')).toBeNull();
});

test('a name that reads like an escape does not collide with one', () => {
  const plan = planNames(['a\xFF', 'a%FF']);
  expect(plan.get('a\xFF')?.name).toBe('a%FF');
  expect(plan.get('a%FF')?.name).toBe('a%25FF');
  expect(unescapeBytes('a%25FF')).toBe('a%FF');
});

test('twins in case or composition get different names; the first in order keeps its own', () => {
  const plan = planNames(['readme', 'README', encodeUtf8('caf\u00E9'), encodeUtf8('cafe\u0301')]);
  expect(plan.get('README')).toEqual({ name: 'README', escapedBecause: null });
  expect(plan.get('readme')).toEqual({ name: '%72eadme', escapedBecause: 'twin' });
  expect(new Set([...plan.values()].map((it) => foldName(it.name))).size).toBe(4);
  expect(unescapeBytes('%72eadme')).toBe('readme');
});

test('names that the room writes itself are escaped', () => {
  expect(nameOf(['Manifest.json'], 'Manifest.json', ['manifest.json'])).toBe('%4Danifest.json');
});

test('a name that is too long once escaped keeps its beginning and a hash', () => {
  const bytes = '\xFF'.repeat(200);
  const plan = planNames([bytes, `${bytes}\xFE`]);
  const names = [...plan.values()].map((it) => it.name);
  expect(new Set(names).size).toBe(2);
  expect(names.every((name) => encodeUtf8(name).length <= 255)).toBe(true);
});

const anyBytes = fc
  .array(
    fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f),
    { minLength: 1, maxLength: 12 },
  )
  .map((bytes) => String.fromCharCode(...bytes));

test('every escape can be turned back', () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(12), (bytes, count) => {
      expect(unescapeBytes(escapeBytes(bytes, count))).toBe(bytes);
    }),
  );
});

test('no two names of a folder are one to a file system that folds', () => {
  const folder = fc.uniqueArray(fc.oneof(anyBytes, fc.constantFrom('a', 'A', '%41', 'a%FF', 'a\xFF', '%61')), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(folder, (names) => {
      const plan = planNames(names);
      expect(plan.size).toBe(names.length);
      expect(new Set([...plan.values()].map((it) => foldName(it.name))).size).toBe(names.length);
      for (const [bytes, planned] of plan)
        if (planned.escapedBecause !== 'too_long') expect(unescapeBytes(planned.name)).toBe(bytes);
    }),
  );
});

test('UTF-8 goes there and back as TextEncoder does it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const bytes = String.fromCharCode(...new TextEncoder().encode(text));
      expect(encodeUtf8(text)).toBe(bytes);
      expect(decodeUtf8(bytes)).toBe(text);
    }),
  );
});
