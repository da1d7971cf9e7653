import { expect, test } from 'vitest';
import { formatPlist, parsePlist } from './plist.ts';

test('what is written is read back', () => {
  const dict = {
    name: 'A & B <c>',
    empty: '',
    count: -3,
    on: true,
    off: false,
    list: ['x', 2, { deep: [] }],
    nothing: {},
  };
  expect(parsePlist(formatPlist(dict))).toEqual(dict);
});

test('short forms, comments and quotes of other writers are read', () => {
  const xml =
    '<plist version="1.0"><dict><!-- <key>no</key> --><key>a</key><string/><key>b&apos;s</key><array/></dict></plist>';
  expect(parsePlist(xml)).toEqual({ a: '', "b's": [] });
});

test.each([
  ['<plist><dict><key>a</key><data>AA==</data></dict></plist>', '<data>'],
  ['<plist><dict><key>a</key></dict></plist>', '</dict>|value'],
  ['<plist><dict><string>a</string></dict></plist>', 'key'],
  ['<plist><array/></plist>', 'no dictionary'],
  ['bplist00', 'Not an XML'],
])('%s is refused', (xml, why) => {
  expect(() => parsePlist(xml)).toThrow(new RegExp(why));
});
