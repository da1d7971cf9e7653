import { expect, test } from 'vitest';
import { idOf, signatureParts } from './words.ts';

test('an id of a title has the letters that an id may have, and no dash at its end', () => {
  expect(idOf('The GPU fell off the bus (Xid 79)!')).toBe('the-gpu-fell-off-the-bus-xid-79');
  expect(idOf('long '.repeat(20))).toMatch(/^[a-z0-9-]{1,40}$/);
  expect(idOf('long '.repeat(20))).not.toMatch(/-$/);
  expect(idOf('!!!')).toBe('');
});

test('a signature says where it is looked for', () => {
  expect(signatureParts({ log: 'a', near: 'b' })).toEqual([
    ['log', 'a'],
    ['near it', 'b'],
  ]);
  expect(signatureParts({ check: 'dep:natsort' })).toEqual([['check', 'dep:natsort']]);
});
