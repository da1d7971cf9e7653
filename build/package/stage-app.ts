import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, modules } from '../steps/paths.mjs';
import type { Target } from './target.ts';

/** Where the made parts of the app are. */
export type Bundles = {
  /** Main, preload, engine and threads. */
  readonly desktopFolder: string;
  /** The page. */
  readonly rendererFolder: string;
};

export const mainEntry = 'out/desktop/main.js';

/** What of better-sqlite3 runs; its C sources and the binaries of other computers stay behind. */
const sqliteFiles = [
  'package.json',
  'LICENSE',
  'lib/index.js',
  'lib/binding.js',
  'lib/database.js',
  'lib/sqlite-error.js',
  'lib/util.js',
  'lib/methods',
];

/**
 * Lays out what becomes app.asar, and nothing else: the bundles, the one native package with the binary
 * of the target, and a package.json that names the entry. Maps and sources are left out.
 */
export function stageApp(folder: string, target: Target, bundles: Bundles): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = (path: string): boolean => !/\.(?:map|[cm]?tsx?)$/.test(path);
  copy(bundles.desktopFolder, join(folder, 'out', 'desktop'), made);
  copy(bundles.rendererFolder, join(folder, 'out', 'renderer'), made);
  for (const path of [...sqliteFiles, `prebuilds/${target.platform}-${target.arch}.node`]) {
    copy(join(modules, 'better-sqlite3', path), join(folder, 'node_modules', 'better-sqlite3', path));
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
}

function copy(from: string, to: string, filter?: (path: string) => boolean): void {
  if (!existsSync(from)) throw new Error(`${from} is not there.`);
  cpSync(from, to, { recursive: true, dereference: true, ...(filter === undefined ? {} : { filter }) });
}

function manifest(): Readonly<Record<string, unknown>> {
  const { name, version, description, license, type } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  ) as Readonly<Record<string, string>>;
  return {
    name,
    productName,
    version,
    description,
    license,
    type,
    private: true,
    main: mainEntry,
    // Ties a window on Linux to the entry in its menu.
    desktopName: `${name}.desktop`,
    // A Debian package has to name both. There is no public page and no mailbox.
    author: { name: 'The Blueprint Control Room authors', email: 'authors@blueprint-control-room.invalid' },
    homepage: 'https://blueprint-control-room.invalid/',
  };
}

export const productName = 'Blueprint Control Room';
