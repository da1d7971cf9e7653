import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { inRoot, root } from '../../../build/steps/paths.mjs';
import { mainEntry, productName, type Bundles } from '../../../build/package/stage-app.ts';
import type { Target } from '../../../build/package/target.ts';
import { importsOf } from '../../structure/module-imports.ts';
import type { Asar } from './asar.ts';
import { equals, none, sameNames, type Finding } from './finding.ts';
import { filesUnder } from './files-under.ts';

const sqlite = 'node_modules/better-sqlite3';

/** What of better-sqlite3 is code that runs, written out: it is the only package in the archive. */
const sqliteCode = [
  'LICENSE',
  'package.json',
  'lib/binding.js',
  'lib/database.js',
  'lib/index.js',
  'lib/sqlite-error.js',
  'lib/util.js',
  ...[
    'aggregate',
    'backup',
    'explain',
    'function',
    'inspect',
    'pragma',
    'serialize',
    'table',
    'transaction',
    'wrappers',
  ].map((name) => `lib/methods/${name}.js`),
];

/** Everything that is asserted about app.asar. */
export function inspectArchive(asar: Asar, target: Target, bundles: Bundles): readonly Finding[] {
  const code = asar.paths.filter((path) => /\.[cm]?js$/.test(path) && path.startsWith('out/'));
  return [
    sameNames('archive: its top', folders(asar.paths, 1), ['node_modules', 'out', 'package.json']),
    sameNames('archive: packages', folders(asar.paths, 2, 'node_modules/'), [sqlite]),
    sameNames('archive: every file', asar.paths, [
      'package.json',
      ...madeFiles('out/desktop', bundles.desktopFolder),
      ...madeFiles('out/renderer', bundles.rendererFolder),
      ...[...sqliteCode, `prebuilds/${target.platform}-${target.arch}.node`].map((path) => `${sqlite}/${path}`),
    ]),
    none(
      'archive: no maps, sources, tests or browser shell',
      asar.paths.filter(
        (path) =>
          /\.(?:map|[cm]?tsx?|c|cc|cpp|h|gyp|gypi)$/.test(path) || /(?:^|\/)(?:web|tests?|src|deps)\//.test(path),
      ),
      asar.paths.length,
    ),
    none(
      'archive: no map is named and no folder of this computer',
      code.filter((path) => {
        const text = asar.read(path).toString('utf8');
        return text.includes('//# sourceMappingURL=') || text.includes(root);
      }),
      code.length,
    ),
    equals('archive: unpacked beside it', asar.unpackedPaths, [
      `${sqlite}/prebuilds/${target.platform}-${target.arch}.node`,
    ]),
    equals(
      'better-sqlite3: its binary is for the target',
      asar.unpackedPaths.map((path) => machineOf(asar.read(path))),
      [`${target.platform}-${target.arch}`],
    ),
    ...(target.platform === process.platform && target.arch === process.arch ? [opensDatabase(asar)] : []),
    manifestFinding(asar),
    none(
      'bundles: what they import is in the package',
      code.flatMap((path) => unresolved(asar, path)),
      code.length,
    ),
  ];
}

function folders(paths: readonly string[], depth: number, under = ''): readonly string[] {
  const inside = paths.filter((path) => path.startsWith(under));
  return [...new Set(inside.map((path) => path.split('/').slice(0, depth).join('/')))];
}

const madeFiles = (to: string, folder: string): readonly string[] =>
  filesUnder(folder)
    .filter((path) => !/\.(?:map|[cm]?tsx?)$/.test(path))
    .map((path) => `${to}/${path}`);

function manifestFinding(asar: Asar): Finding {
  const source = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const { author, homepage, ...packed } = JSON.parse(asar.read('package.json').toString('utf8')) as Readonly<
    Record<string, unknown>
  >;
  void author;
  void homepage;
  const { name, version, description, license } = source;
  const expected = {
    name,
    productName,
    version,
    description,
    license,
    type: 'module',
    private: true,
    main: mainEntry,
    desktopName: 'blueprint-control-room.desktop',
  };
  return equals('archive: package.json has no scripts and no dependencies', packed, expected, String(packed['main']));
}

/** Platform and architecture of a native module by its first bytes: ELF or Mach-O. */
function machineOf(bytes: Buffer): string {
  if (bytes.toString('latin1', 0, 4) === '\u007FELF') {
    return `linux-${{ 62: 'x64', 183: 'arm64' }[bytes.readUInt16LE(18)] ?? 'unknown'}`;
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${{ 0x01000007: 'x64', 0x0100000c: 'arm64' }[bytes.readUInt32LE(4)] ?? 'unknown'}`;
  }
  return 'unknown';
}

/** The trimmed package, taken out of the archive, still opens a database. */
function opensDatabase(asar: Asar): Finding {
  const folder = mkdtempSync(join(tmpdir(), 'room-packed-sqlite-'));
  try {
    for (const path of asar.paths.filter((each) => each.startsWith(`${sqlite}/`))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), asar.read(path));
    }
    const require = createRequire(join(folder, 'package.json'));
    const Database = require('better-sqlite3') as new (path: string) => {
      prepare(sql: string): { pluck(): { get(): unknown } };
      close(): void;
    };
    const database = new Database(':memory:');
    const version = database.prepare('select sqlite_version()').pluck().get();
    database.close();
    return { what: 'better-sqlite3: opens a database as packed', found: `SQLite ${String(version)}`, fault: null };
  } catch (thrown) {
    return { what: 'better-sqlite3: opens a database as packed', found: '', fault: String(thrown) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Imports of a bundle that nothing in the package answers. The page has no packages, the preload only Electron. */
function unresolved(asar: Asar, path: string): readonly string[] {
  const source = asar.read(path).toString('utf8');
  const required = [...source.matchAll(/\brequire\((['"])([^'"]+)\1\)/g)].map((match) => match[2] ?? '');
  const specifiers = [...importsOf(path, source).map((each) => each.specifier), ...required];
  const isPage = path.startsWith('out/renderer/');
  const isPreload = path.endsWith('.cjs');
  return specifiers
    .filter((specifier) => {
      if (specifier.startsWith('.')) return !asar.paths.includes(posix.join(posix.dirname(path), specifier));
      if (isPage) return true;
      if (isPreload) return specifier !== 'electron';
      return !(isBuiltin(specifier) || specifier === 'electron' || specifier === 'better-sqlite3');
    })
    .map((specifier) => `${path}: ${specifier}`);
}
