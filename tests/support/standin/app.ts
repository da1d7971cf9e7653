import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { onCreated, openWindows } from './browser-window.ts';
import { killBrowser, record } from './state.ts';
import { HonestEmitter, honest, preventable } from './unimplemented.ts';

const events = [
  'ready',
  'activate',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'second-instance',
  'web-contents-created',
  'browser-window-created',
  'child-process-gone',
];

export type AppFacts = { readonly path: string; readonly name: string; readonly version: string };
let facts: AppFacts = { path: '', name: '', version: '' };
let isReady = false;
const ready = Promise.withResolvers<unknown>();
const switches = new Map<string, string>();
const paths = new Map<string, string>();
let isQuitting = false;
let lockFile: string | null = null;

const emitter = new HonestEmitter('app', events);

function pathOf(name: string): string {
  const set = paths.get(name);
  if (set !== undefined) return set;
  if (name === 'home') return homedir();
  if (name === 'temp') return tmpdir();
  if (name === 'appData') return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'));
  if (name !== 'userData') throw new Error(`The stand-in does not know the path '${name}'.`);
  // Electron would use the person's own folder: a test that forgot to say where gets one of its own.
  const made = switches.get('user-data-dir') ?? mkdtempSync(join(tmpdir(), 'standin-user-data-'));
  if (!switches.has('user-data-dir')) process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  paths.set(name, made);
  return made;
}

/** Ends as Electron does: windows first, each of which may refuse, then the last words, then the process. */
function quit(): void {
  const before = preventable({});
  emitter.emit('before-quit', before);
  if (before.defaultPrevented) return;
  isQuitting = true;
  for (const window of openWindows.slice()) window.close();
  if (openWindows.length > 0) {
    isQuitting = false;
    return;
  }
  const will = preventable({});
  emitter.emit('will-quit', will);
  if (!will.defaultPrevented) exit(0);
}

function exit(code = 0): void {
  isQuitting = true;
  for (const window of openWindows.slice()) window.destroy();
  emitter.emit('quit', {}, code);
  killBrowser();
  process.exit(code);
}

/** One app per folder. The second writes down what it was asked for, and the first hears of it. */
function requestSingleInstanceLock(): boolean {
  const folder = pathOf('userData');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'standin.lock');
  const knock = join(folder, 'standin.second');
  const holder = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (holder > 0 && isAlive(holder)) {
    writeFileSync(knock, JSON.stringify({ argv: process.argv, cwd: process.cwd() }));
    return false;
  }
  writeFileSync(path, String(process.pid));
  lockFile = path;
  process.on('exit', () => lockFile !== null && rmSync(lockFile, { force: true }));
  watch(folder, (_kind, name) => {
    if (name !== 'standin.second' || !existsSync(knock)) return;
    try {
      const { argv, cwd } = JSON.parse(readFileSync(knock, 'utf8')) as { argv: string[]; cwd: string };
      rmSync(knock, { force: true });
      emitter.emit('second-instance', {}, argv, cwd, null);
    } catch {
      // Half written: the next change tells it whole.
    }
  }).unref();
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const implemented = {
  isPackaged: false,
  commandLine: honest('commandLine', {
    hasSwitch: (name) => switches.has(name),
    getSwitchValue: (name) => switches.get(name) ?? '',
    appendSwitch: (name, value) => void switches.set(name, value ?? ''),
    appendArgument: () => undefined,
    removeSwitch: (name) => void switches.delete(name),
  } satisfies Partial<App['commandLine']>),
  getVersion: () => facts.version,
  getName: () => facts.name,
  getAppPath: () => facts.path,
  getPath: pathOf,
  setPath(name, path) {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} is not there`);
    paths.set(name, path);
  },
  isReady: () => isReady,
  whenReady: () => ready.promise as Promise<void>,
  enableSandbox() {
    if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    record.sandboxEnabledBeforeReady = true;
  },
  requestSingleInstanceLock,
  quit,
  exit,
} satisfies Partial<App>;

const target = Object.assign(emitter, implemented);
export const app = honest('app', target) as unknown as App;

/** Playwright holds `ready` back by replacing `emit`: the event goes through whatever is there now. */
export function becomeReady(): void {
  isReady = true;
  ready.resolve(undefined);
  target.emit('ready', {}, {});
}

export function setAppFacts(known: AppFacts, args: readonly string[]): void {
  facts = known;
  for (const arg of args) {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(arg);
    if (match?.[1] !== undefined) switches.set(match[1], match[2] ?? '');
  }
}

/** Switches of the app that Chromium is to hear of. */
export const profileFolder = (): string => join(pathOf('userData'), 'standin-profile');

onCreated.tell = (name, thing) => void emitter.emit(name, {}, thing);
onCreated.lastClosed = () => {
  if (isQuitting) return;
  if (emitter.listenerCount('window-all-closed') === 0) quit();
  else emitter.emit('window-all-closed');
};
