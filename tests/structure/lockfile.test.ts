import { expect, test } from 'vitest';
import { readText } from './source-files.ts';

type LockEntry = { readonly version?: string; readonly optionalDependencies?: Readonly<Record<string, string>> };

/**
 * A package with a binary per platform lists them as optional. A registry that has only some of them
 * leaves the others out of the lockfile, and then `npm ci` refuses it, everywhere.
 */
test('the lockfile has every optional package, those of other platforms too', () => {
  const { packages } = JSON.parse(readText('package-lock.json')) as { packages: Readonly<Record<string, LockEntry>> };
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !places(path, name).some((place) => packages[place] !== undefined))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

/** Where Node looks for a package from the folder of another: its own node_modules, then those above. */
function places(from: string, name: string): readonly string[] {
  const parts = from.split('/node_modules/');
  const above = parts.map((_part, index) => `${parts.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`);
  return [`node_modules/${name}`, ...above.map((place) => place.replace(/^\//, ''))];
}
