/** A guard, and how its module reads when it is off: in the product there is no such switch. */
export type Mutant = {
  readonly guard: string;
  /** Below the root of the project. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The tests that have to notice. */
  readonly tests: readonly string[];
  /** Faults that have to notice: a kind, and how many scenarios of a fixed seed. */
  readonly faults: { readonly kind: string; readonly count: number } | null;
};

export const mutants: readonly Mutant[] = [
  {
    guard: 'lease',
    file: 'electron/core/snapshots/store/pull-lock.ts',
    from: "database.exec('BEGIN EXCLUSIVE');",
    to: "database.exec('BEGIN');",
    tests: ['tests/snapshots/faults.test.ts'],
    faults: { kind: 'two rooms pull one machine', count: 6 },
  },
  {
    guard: 'torn',
    file: 'shared/rules/stable-file.ts',
    from: "if (after === null) return 'gone';",
    to: "if (after === null) return 'gone'; if (copiedBytes >= 0) return 'whole';",
    tests: ['tests/snapshots/findings.test.ts', 'shared/rules/stable-file.test.ts'],
    faults: { kind: 'files are rewritten', count: 12 },
  },
  {
    guard: 'shrink',
    file: 'shared/rules/shrink.ts',
    from: 'return { isHeld: reasons.length > 0, reasons,',
    to: 'return { isHeld: false, reasons: [],',
    tests: ['tests/snapshots/findings.test.ts', 'tests/snapshots/pull.test.ts'],
    faults: { kind: 'the machine is emptied', count: 6 },
  },
  {
    guard: 'verify',
    file: 'electron/core/snapshots/pull/verify-copies.ts',
    from: 'remoteSha256: answer.sha256,',
    to: 'remoteSha256: copy.sha256,',
    tests: ['tests/snapshots/faults.test.ts'],
    faults: { kind: 'what had arrived is damaged', count: 6 },
  },
  {
    guard: 'verify at rest',
    file: 'electron/core/snapshots/store/verify-at-rest.ts',
    from: 'if (why !== null) damaged.push({ path: row.path, why });',
    to: '',
    tests: ['tests/snapshots/pull.test.ts'],
    faults: null,
  },
  {
    guard: 'read-back',
    file: 'electron/core/mirror/push.ts',
    from: 'if (unhashed.length === 0) return objects;',
    to: 'if (unhashed.length >= 0) return objects;',
    tests: ['tests/mirror/mirror.test.ts'],
    faults: null,
  },
  {
    guard: 'rolling read-back',
    file: 'electron/core/mirror/read-due-objects.ts',
    from: "if (corrupt.has(name) || (sum !== undefined && sum !== '' && sum !== sha256))",
    to: 'if (Number.isNaN(sizeBytes))',
    tests: ['tests/mirror/mirror.test.ts'],
    faults: { kind: 'an object that rots', count: 2 },
  },
  {
    guard: 'fingerprint',
    file: 'shared/rules/remote/fingerprint-diff.ts',
    from: 'if (was?.version === now.version && was.hash === now.hash) continue;',
    to: "if (now.name !== '') continue;",
    tests: ['tests/remote/prepare.test.ts', 'tests/incidents/nineteen/environment.test.ts'],
    faults: null,
  },
  {
    // Of installers by python -m and by their paths. Those by name stay: the project of the test would call itself for ever.
    guard: 'shims',
    file: 'electron/core/remote/audit.ts',
    from: "const own = await readFile(join(deps.remoteFolder, 'audit.sh'), 'utf8');",
    to: "const own = (await readFile(join(deps.remoteFolder, 'audit.sh'), 'utf8')).replace(/^export PIP.*$/m, '').replace(/ PYTHONPATH=[^ ]+/, '');",
    tests: ['tests/remote/prepare.test.ts', 'tests/incidents/nineteen/environment.test.ts'],
    faults: null,
  },
  {
    guard: 'script lint',
    file: 'electron/core/remote/linted-scripts.ts',
    from: 'const held = errors.filter((it) => !ask.override.includes(it.rule));',
    to: 'const held = errors.slice(errors.length);',
    tests: ['tests/remote/prepare.test.ts', 'tests/incidents/nineteen/environment.test.ts'],
    faults: null,
  },
  {
    guard: 'launch lint',
    file: 'shared/rules/remote/config-lint.ts',
    from: 'return inFileOrder([',
    to: 'return inFileOrder([]); inFileOrder([',
    tests: ['tests/incidents/checks.test.ts', 'tests/remote/launch.test.ts'],
    faults: null,
  },
  {
    guard: 'launch gate',
    file: 'electron/core/remote/launch-run.ts',
    from: 'if (held.length > 0) throw heldBy(held, rows);',
    to: '',
    tests: ['tests/remote/launch.test.ts'],
    faults: null,
  },
];

/** The text of a module under the mutant that the environment names; as it is for every other module. */
export function mutate(path: string, source: string): string {
  const mutant = mutants.find((each) => each.guard === process.env['ROOM_MUTANT'] && path.endsWith(`/${each.file}`));
  if (mutant === undefined) return source;
  if (!source.includes(mutant.from)) throw new Error(`${mutant.file} has no ${mutant.from} any more: mend the mutant.`);
  return source.replace(mutant.from, mutant.to);
}
