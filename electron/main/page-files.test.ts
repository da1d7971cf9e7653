import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPageFile } from './page-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'room-page-'));
const root = join(folder, 'renderer');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(root, 'assets'), { recursive: true });
writeFileSync(join(root, 'index.html'), 'page');
writeFileSync(join(root, 'notes.md'), 'not served');
writeFileSync(join(folder, 'secret.js'), 'outside');
mkdirSync(join(folder, 'renderer-old'));
writeFileSync(join(folder, 'renderer-old', 'x.js'), 'outside');
symlinkSync(join(folder, 'secret.js'), join(root, 'assets', 'link.js'));
symlinkSync(folder, join(root, 'assets', 'up'));
symlinkSync(join(root, 'index.html'), join(root, 'assets', 'inside.html'));

test.each([
  ['index.html', 'page'],
  ['assets/inside.html', 'page'],
  ['assets/link.js', null],
  ['assets/up/secret.js', null],
  ['../secret.js', null],
  ['../renderer-old/x.js', null],
  ['assets', null],
  ['notes.md', null],
  ['none.js', null],
])('%s', async (path, text) => {
  expect((await readPageFile(root, path))?.bytes.toString() ?? null).toBe(text);
});
