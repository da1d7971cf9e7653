import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { chromiumSandbox } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type Shell = 'browser' | 'standin' | 'electron';
export type DesktopShell = Exclude<Shell, 'browser'>;

export const standInBinary: string = join(root, 'tests', 'support', 'standin', 'electron');

/** Electron's own binary, as the package finds it but without loading that package; or why there is none. */
export function findElectron(): { readonly path: string } | { readonly missing: string } {
  const modules = join(root, 'node_modules', 'electron');
  const name = existsSync(join(modules, 'path.txt')) ? readFileSync(join(modules, 'path.txt'), 'utf8').trim() : '';
  const path = join(modules, 'dist', name);
  if (name === '' || !existsSync(path)) return { missing: "Electron's binary is not here" };
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY)
    return { missing: 'there is no display for Electron here' };
  return { path };
}

export function binaryOf(shell: DesktopShell): string {
  if (shell === 'standin') return standInBinary;
  const electron = findElectron();
  if ('missing' in electron) throw new Error(electron.missing);
  return electron.path;
}

export type DesktopApp = {
  readonly application: ElectronApplication;
  readonly page: Page;
  /** Of the page as the test sees it: `app://room`, or what the stand-in has in its place. */
  readonly origin: string;
  readonly workspaceFolder: string;
  /** ROOM_HOME of this app: the shell's own folder is in it. */
  readonly home: string;
  readonly output: () => string;
  /** Quits as a person would and removes what was made for it; the folders stay with `keep`. */
  readonly stop: (options?: { readonly keep: boolean }) => Promise<void>;
};

export type DesktopOptions = {
  readonly demo?: boolean;
  readonly workspaceFolder?: string;
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts the built desktop app with a home of its own and waits for its page. */
export async function startDesktop(shell: DesktopShell, options: DesktopOptions = {}): Promise<DesktopApp> {
  const own = await mkdtemp(join(tmpdir(), 'room-desktop-'));
  const home = options.home ?? join(own, 'home');
  const workspaceFolder = options.workspaceFolder ?? join(own, 'workspace');
  const removeOwn = (): Promise<void> => rm(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  let application: ElectronApplication;
  try {
    application = await _electron.launch({
      executablePath: binaryOf(shell),
      args: [root, '--workspace', workspaceFolder, ...(options.demo === true ? ['--demo'] : [])],
      env: desktopEnvironment(home, options.env),
      cwd: root,
      chromiumSandbox,
      timeout: 30_000,
    });
  } catch (error) {
    await removeOwn();
    throw error;
  }
  let output = '';
  const { stdout, stderr } = application.process();
  stdout?.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
  stderr?.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
  const stop = async (how: { readonly keep: boolean } = { keep: false }): Promise<void> => {
    try {
      await application.close();
    } finally {
      if (!how.keep) await removeOwn();
    }
  };
  try {
    const page = await application.firstWindow();
    await page.waitForURL(/^(?:app:\/\/room|http:\/\/room\.app\.localhost)/);
    const { origin, pathname } = new URL(page.url());
    return {
      application,
      page,
      // A scheme that is not the web's own has the origin `null` outside of Chromium.
      origin: origin === 'null' ? page.url().slice(0, page.url().length - pathname.length) : origin,
      workspaceFolder,
      home,
      output: () => output,
      stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** Whole, because Playwright adds nothing to it; the person's own folders are not in it. */
export function desktopEnvironment(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'NODE_OPTIONS',
  );
  return { ...Object.fromEntries(inherited), ROOM_HOME: home, XDG_CONFIG_HOME: join(home, 'config'), ...more };
}
