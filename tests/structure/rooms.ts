/**
 * The rooms of the house and what each may import. A file belongs to the room with the longest folder
 * that holds it. To let a room import another, add it here and say why in the commit.
 */
export type Room = {
  readonly name: string;
  readonly folder: string;
  /** Other rooms it may import; its own files always. */
  readonly rooms: readonly string[];
  /** npm packages it may import at run time. */
  readonly packages: readonly string[] | 'any';
  /** May it import `node:` modules? */
  readonly node: boolean;
  /** Packages of which it may import types only. */
  readonly typePackages?: readonly string[];
};

const react = ['react', 'react-dom', 'lucide-react'];

/**
 * The part of the shell that a screen plugs into: the addresses of other places, its commands and keys,
 * its line in the footer. The rest of the shell knows the screens, and no screen knows it.
 */
const frameFiles = ['commands.ts', 'footer.tsx', 'key-caps.ts', 'links.ts', 'shell-store.ts', 'use-screen.ts'];

/** Features are rooms of their own; one may import another only if it is listed here: [from, to]. */
const featureEdges: readonly (readonly [string, string])[] = [
  ['compare', 'orientation'],
  ['import', 'jobs'],
  ['jobs', 'import'],
  ['launch', 'jobs'],
  ['morning', 'fleet'],
  ['morning', 'import'],
  ['morning', 'jobs'],
  ['review', 'run'],
  ['run', 'decisions'],
  ['run', 'memory'],
  ['run', 'import'],
  ['run', 'orientation'],
  ['runs', 'import'],
  ['runs', 'run'],
  ['schedule', 'fleet'],
  ['schedule', 'jobs'],
  // An address that may be a key is set like any other key.
  ['schedule', 'settings'],
  ['schedule', 'snapshots'],
  ['settings', 'jobs'],
  ['snapshots', 'fleet'],
  ['snapshots', 'jobs'],
];

const named: readonly Room[] = [
  { name: 'shared', folder: 'shared/', rooms: [], packages: ['zod'], node: false },
  {
    name: 'core',
    folder: 'electron/core/',
    rooms: ['shared'],
    packages: ['zod', 'better-sqlite3', 'mediabunny', 'ssh2', 'yaml'],
    node: true,
  },
  { name: 'engine', folder: 'electron/engine/', rooms: ['shared', 'core'], packages: ['zod'], node: true },
  { name: 'web', folder: 'electron/web/', rooms: ['shared', 'core', 'engine'], packages: ['zod', 'ws'], node: true },
  { name: 'main', folder: 'electron/main/', rooms: ['shared'], packages: ['electron', 'zod'], node: true },
  { name: 'preload', folder: 'electron/preload/', rooms: ['shared'], packages: ['electron'], node: false },
  {
    name: 'client',
    folder: 'renderer/client/',
    rooms: ['shared'],
    packages: ['react', '@tanstack/react-query', 'zod'],
    node: false,
  },
  // The player decodes and draws: no React inside.
  { name: 'player', folder: 'renderer/player/', rooms: ['shared'], packages: ['mediabunny'], node: false },
  {
    name: 'ui',
    folder: 'renderer/ui/',
    rooms: ['shared'],
    packages: [...react, '@tanstack/react-virtual', 'zustand'],
    node: false,
  },
  {
    name: 'features',
    folder: 'renderer/features/',
    rooms: ['shared', 'client', 'player', 'ui', 'frame'],
    packages: [
      ...react,
      '@tanstack/react-query',
      '@tanstack/react-table',
      '@tanstack/react-virtual',
      'tinykeys',
      'uplot',
      'wouter',
      'zod',
      'zustand',
    ],
    node: false,
  },
  ...frameFiles.map((file) => ({
    name: 'frame',
    folder: `renderer/shell/${file}`,
    rooms: ['shared', 'client', 'ui'],
    packages: [...react, 'tinykeys', 'wouter', 'zustand'],
    node: false,
  })),
  {
    name: 'shell',
    folder: 'renderer/shell/',
    rooms: ['shared', 'client', 'ui', 'features', 'frame'],
    packages: [...react, '@tanstack/react-query', 'cmdk', 'tinykeys', 'wouter', 'zustand'],
    node: false,
  },
  {
    name: 'renderer',
    folder: 'renderer/',
    rooms: ['shared', 'client', 'player', 'ui', 'features', 'frame', 'shell'],
    packages: [...react, 'zod', '@fontsource-variable/inter', '@fontsource-variable/geist-mono'],
    node: false,
  },
  {
    name: 'build',
    folder: 'build/',
    rooms: [],
    packages: ['electron-builder', '@electron/fuses'],
    node: true,
  },
  { name: 'tooling', folder: 'configs/tooling/', rooms: ['tests'], packages: 'any', node: true },
  {
    name: 'tests',
    folder: 'tests/',
    rooms: [
      'shared',
      'core',
      'engine',
      'web',
      'main',
      'client',
      'player',
      'ui',
      'features',
      'frame',
      'shell',
      'renderer',
      'build',
    ],
    packages: 'any',
    node: true,
  },
];

/** The room of a file, or null when it has none. A feature is called `features/<noun>`. */
export function roomOf(path: string): Room | null {
  const room = named
    .filter((each) => path.startsWith(each.folder))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0];
  if (room === undefined) return null;
  if (room.name !== 'features') return room;
  const noun = /^renderer\/features\/([^/]+)\//.exec(path)?.[1];
  if (noun === undefined) return null;
  const others = featureEdges.filter(([from]) => from === noun).map(([, to]) => `features/${to}`);
  return {
    ...room,
    name: `features/${noun}`,
    folder: `renderer/features/${noun}/`,
    rooms: [...room.rooms, ...others],
  };
}

/** May a file of `from` import a file of `to`? A feature answers to `features` for those who may import any. */
export function mayImport(from: Room, to: Room): boolean {
  if (from.name === to.name) return true;
  const anyFeature = to.name.startsWith('features/') && !from.name.startsWith('features/');
  return from.rooms.includes(to.name) || (anyFeature && from.rooms.includes('features'));
}
