import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { listFiles, readText, root, topFolders } from './source-files.ts';

const files = listFiles();
const isText = (path: string): boolean => /\.(?:[cm]?[jt]sx?|json|md|css|html|ya?ml|sh|svg|plist)$/.test(path);

test.each(topFolders().filter((folder) => folder !== 'bin'))('%s has a README under a page', (folder) => {
  expect(files).toContain(`${folder}/README.md`);
  const text = readText(`${folder}/README.md`);
  expect(text.split('\n').length).toBeLessThanOrEqual(60);
  for (const part of ['## What belongs here', '## What does not', '## How to add one']) expect(text).toContain(part);
});

test('file and folder names are kebab-case', () => {
  const known = new Set(['README.md', 'LICENSE']);
  const kebab = /^\.?[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
  const wrong = files.filter((path) => path.split('/').some((part) => !known.has(part) && !kebab.test(part)));
  expect(wrong).toEqual([]);
});

test('no file names a folder of the machine it was written on', () => {
  const homes = /\/(?:home|Users)\/[A-Za-z]\w*\//;
  const checkout = root.slice(0, -1);
  const own = [checkout, homedir()].filter((path) => path.split('/').length > 2);
  const wrong = files
    .filter((path) => isText(path))
    .filter((path) => {
      const text = readText(path);
      return homes.test(text) || own.some((each) => text.includes(each));
    });
  expect(wrong).toEqual([]);
});
