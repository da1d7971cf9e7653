import type { EnvironmentChange, Fingerprint } from '../../model/environment.ts';

/** What of a fingerprint makes it the same or another: times, free memory and paths of temporary files do not. */
export function stableParts(print: Fingerprint): unknown {
  const { interpreter, python, folders, packages, loose, gpus, cuda, toolkit, imports } = print;
  return {
    interpreter,
    python,
    folders,
    packages: packages.map(({ name, version, hash }) => ({ name, version, hash })),
    loose,
    drivers: gpus.map((it) => it.driver),
    cuda,
    toolkit,
    imports: imports.map(({ module, isGood }) => ({ module, isGood })),
  };
}

/**
 * What differs, package by package, the native ones first. A package whose version is the same and whose files
 * are not was changed as well: a rebuilt wheel breaks as an upgrade does.
 * @param log what the step between the two wrote: what it says of installs is the likeliest cause
 */
export function diffFingerprints(
  before: Fingerprint,
  after: Fingerprint,
  log: readonly string[] = [],
): EnvironmentChange[] {
  const changes: EnvironmentChange[] = [];
  const old = new Map(before.packages.map((it) => [it.name, it]));
  const installed = log.filter((line) =>
    /(?:Successfully installed|Installing collected packages|Attempting uninstall|Successfully uninstalled|^\s*[+-] \w)/.test(
      line,
    ),
  );
  const by = (name: string, installer: string | null): string | null => {
    const spoken = installed.find((line) => line.toLowerCase().replaceAll('_', '-').includes(name));
    if (spoken !== undefined) return `The step wrote: ${spoken.trim().slice(0, 160)}`;
    return installer === null ? null : `Installed by ${installer}.`;
  };
  for (const now of after.packages) {
    const was = old.get(now.name);
    old.delete(now.name);
    if (was?.version === now.version && was.hash === now.hash) continue;
    changes.push({
      name: now.name,
      kind: was === undefined ? 'added' : 'changed',
      isNative: now.isNative,
      before: was === undefined ? null : versionWords(was, now.version),
      after: was === undefined ? (now.version ?? 'unknown version') : versionWords(now, was.version),
      by: by(now.name, now.installer),
    });
  }
  for (const was of old.values())
    changes.push({
      name: was.name,
      kind: 'removed',
      isNative: was.isNative,
      before: was.version ?? 'unknown version',
      after: null,
      by: by(was.name, null),
    });
  for (const now of after.imports) {
    const was = before.imports.find((it) => it.module === now.module);
    if (was === undefined || was.isGood === now.isGood) continue;
    changes.push({
      name: `import ${now.module}`,
      kind: now.isGood ? 'mended' : 'broken',
      isNative: true,
      before: was.isGood ? 'imports' : was.because,
      after: now.isGood ? 'imports' : now.because,
      by: null,
    });
  }
  const whole = (name: string, a: string | null, b: string | null): void => {
    if (a !== b) changes.push({ name, kind: 'changed', isNative: true, before: a, after: b, by: null });
  };
  whole('interpreter', `${before.interpreter} ${before.python}`, `${after.interpreter} ${after.python}`);
  whole('CUDA', before.cuda, after.cuda);
  whole('CUDA toolkit', before.toolkit, after.toolkit);
  whole('driver', driverOf(before), driverOf(after));
  const loose = (print: Fingerprint): string =>
    print.loose.map(([name, hash]) => `${name} ${hash.slice(0, 8)}`).join(', ');
  whole('files beside packages', loose(before), loose(after));
  return changes.toSorted(
    (a, b) => Number(b.isNative) - Number(a.isNative) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** A version; with a piece of the hash when the version alone does not tell the two apart. */
const versionWords = (it: { readonly version: string | null; readonly hash: string }, other: string | null): string =>
  it.version === other
    ? `${it.version ?? 'unknown version'} (${it.hash.slice(0, 8)})`
    : (it.version ?? 'unknown version');

export const driverOf = (print: Fingerprint): string | null => print.gpus[0]?.driver ?? null;

/** A change in one line. */
export const changeWords = ({ name, before, after }: EnvironmentChange): string =>
  `${name} ${before ?? 'absent'} → ${after ?? 'absent'}`;
