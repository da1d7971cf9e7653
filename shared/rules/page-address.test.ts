import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPageUrl, isSafeExternalUrl, readPageAddress } from './page-address.ts';

test.each([
  ['app://room/', { kind: 'page' }],
  ['app://room', { kind: 'page' }],
  ['app://room/runs?sort=cost#top', { kind: 'page' }],
  ['app://room/run/abc', { kind: 'page' }],
  ['app://room/index.html', { kind: 'file', path: 'index.html' }],
  ['app://room/assets/index-B1.js', { kind: 'file', path: 'assets/index-B1.js' }],
  ['app://room/media/abcdefghijklmnopqrstuvwxyz', { kind: 'media', mediaId: 'abcdefghijklmnopqrstuvwxyz' }],
])('%s', (url, address) => {
  expect(readPageAddress(url)).toEqual(address);
});

const hostileUrls = [
  'app://room/..%2f..%2fpackage.json',
  'app://room/%2e%2e/%2e%2e/package.json',
  'app://room/assets/..%2F..%2Fpackage.json',
  'app://room/assets/%2e%2e%2fpackage.json',
  'app://room/assets/%252e%252e%252fpackage.json',
  'app://room/assets/x%00.js',
  'app://room/assets/x\0.js',
  'app://room/assets\\..\\..\\package.json',
  'app://room/assets/..%5c..%5cpackage.json',
  'app://room//etc/passwd',
  'app://room/assets//x.js',
  'app://room/%E0%A4%A/x.js',
  'app://room/media/..%2f..%2fetc%2fpasswd',
  'app://room/media/',
  'app://room/media/ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'app://room/media/abcdefghijklmnopqrstuvwxyz/x',
  'app://room/package.lock',
  'app://room/assets/none',
  'app://other/index.html',
  'app://room.evil/index.html',
  'app://room:80/index.html',
  'app://user@room/index.html',
  'app://user:pass@room/index.html',
  'http://room/index.html',
  'file:///etc/passwd',
  'not an address',
  `app://room/${'a'.repeat(5000)}`,
];

test.each(hostileUrls)('%s is refused', (url) => {
  expect(readPageAddress(url)).toMatchObject({ kind: 'refused', status: expect.toBeOneOf([400, 403, 404]) });
});

test('whatever is asked for, a file is named by plain parts only', () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    '%2f',
    '%2e',
    '%00',
    '%5c',
    '%25',
    'assets',
    'a.js',
    'index.html',
    '//',
    ':',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 8 }), (pieces) => {
      const address = readPageAddress(`app://room/${pieces.join('')}`);
      if (address.kind !== 'file') return;
      for (const part of address.path.split('/')) expect(['', '.', '..']).not.toContain(part);
      expect(address.path).not.toMatch(/[\\\0]/);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['app://room/', true],
  ['app://room/runs', true],
  ['app://room.evil/', false],
  ['app://evil/room', false],
  ['app://room@evil/', false],
  ['https://room/', false],
  ['https://evil/?app://room/', false],
  ['javascript:location', false],
  ['data:text/html,x', false],
  ['blob:app://room/1', false],
  ['about:blank', false],
  ['file:///etc/passwd', false],
  ['', false],
])('the page may go to %s: %s', (url, may) => {
  expect(isPageUrl(url)).toBe(may);
});

test.each([
  ['https://docs.vast.ai/api', true],
  ['http://docs.vast.ai/', false],
  ['https://user:pass@vast.ai/', false],
  ['https://localhost/', false],
  ['https://docs.vast.ai\\@evil.example/', false],
  [' https://docs.vast.ai/', false],
  ['https://docs.vast.ai/\n', false],
  ['file:///Applications/Calculator.app', false],
  ['javascript:alert(1)', false],
  ['smb://server/share', false],
  ['vscode://file/x', false],
  ['https://', false],
])('the system may open %s: %s', (url, may) => {
  expect(isSafeExternalUrl(url)).toBe(may);
});

test('nothing but plain https is ever handed to the system', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'file'], withQueryParameters: true })),
      (url) => {
        if (isSafeExternalUrl(url)) expect(url).toMatch(/^https:\/\//i);
      },
    ),
  );
});
