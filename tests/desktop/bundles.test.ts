import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf } from '../structure/module-imports.ts';
import { listFiles, readText } from '../structure/source-files.ts';
import { projectFolder } from '../support/test-core.ts';

const mainSources = listFiles('electron/main').filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
const outFolder = join(projectFolder, 'out', 'desktop');
const isBuilt = existsSync(join(outFolder, 'main.js'));

/** Files of the main process that hold a text. */
const filesWith = (text: string | RegExp): readonly string[] =>
  mainSources.filter((path) => (typeof text === 'string' ? readText(path).includes(text) : text.test(readText(path))));

test('one file opens addresses outside, one makes windows, one handles calls', () => {
  expect(filesWith('openExternal(')).toEqual(['electron/main/external-links.ts']);
  expect(filesWith('new BrowserWindow(')).toEqual(['electron/main/window.ts']);
  expect(filesWith('ipcMain.')).toEqual(['electron/main/ipc.ts']);
  expect(filesWith(/sandbox: (?:true|false)/)).toEqual(['electron/main/web-preferences.ts']);
});

test('files are served by the app itself, never by net.fetch, file addresses or a registered source', () => {
  expect(filesWith(/net\.fetch|file:\/\/|registerSource|registerFileProtocol|bypassCSP/)).toEqual([]);
});

test('nothing is sent or asked at once, and no old cipher is used', () => {
  expect(
    filesWith(/sendSync|returnValue|encryptString\(|decryptString\(|isEncryptionAvailable\(|executeJavaScript/),
  ).toEqual([]);
});

test('the engine is started without what changes what Node runs', () => {
  const source = readText('electron/main/engine-process.ts');
  for (const name of ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'LD_PRELOAD']) expect(source).toContain(name);
});

test.runIf(isBuilt)('the preload requires electron and nothing else, and is small', () => {
  const text = readFileSync(join(outFolder, 'preload.cjs'), 'utf8');
  expect([...text.matchAll(/require\((['"])(.+?)\1\)/g)].map((match) => match[2])).toEqual(['electron']);
  expect(text).not.toMatch(/\bimport\b/);
  expect(text.length).toBeLessThan(4000);
});

test.runIf(isBuilt)('only the main bundle imports electron, and none imports what is not shipped', () => {
  const bundles = readdirSync(outFolder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  const shipped = /^(?:node:|\.|electron$|better-sqlite3$)/;
  const builtin = new Set(process.getBuiltinModule('node:module').builtinModules);
  for (const path of bundles) {
    const specifiers = importsOf(path, readFileSync(join(outFolder, path), 'utf8')).map((each) => each.specifier);
    expect(
      specifiers.filter((each) => !shipped.test(each) && !builtin.has(each)),
      path,
    ).toEqual([]);
    if (path !== 'main.js') expect(specifiers, path).not.toContain('electron');
  }
  expect(bundles).toEqual(
    expect.arrayContaining([
      'main.js',
      'engine.js',
      'threads/database.js',
      'threads/tasks.js',
      'threads/transfer.js',
      'threads/file-hash.js',
      'threads/probe-packets.js',
    ]),
  );
});

test.runIf(isBuilt)('ssh2 loads from its bundle, without its native parts', async () => {
  const parts = readdirSync(join(outFolder, 'parts')).filter((name) =>
    readFileSync(join(outFolder, 'parts', name), 'utf8').includes('All configured authentication methods failed'),
  );
  expect(parts).toHaveLength(1);
  const exported = (await import(join(outFolder, 'parts', parts[0]!))) as Readonly<Record<string, unknown>>;
  // The library is wrapped in a function that answers with its exports.
  const libraries = Object.values(exported).flatMap((each) => (typeof each === 'function' ? [each() as unknown] : []));
  expect(libraries).toContainEqual(expect.objectContaining({ Client: expect.any(Function) }));
});
