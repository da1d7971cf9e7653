import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { standInBinary } from '../support/desktop-app.ts';
import { expect, test as base } from '../support/room-fixture.ts';
import { projectFolder, temporaryFolder } from '../support/test-core.ts';

// The stand-in itself, on an app of its own: it has to be as strict as what it stands for.
type Trial = { readonly application: ElectronApplication; readonly page: Page };
const trialFolder = join(projectFolder, 'tests', 'support', 'standin', 'trial');

const test = base.extend<object, { readonly trial: Trial }>({
  trial: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const own = temporaryFolder();
      const application = await _electron.launch({
        executablePath: standInBinary,
        args: [trialFolder, `--user-data-dir=${own.path}`],
        env: { ...(process.env as Record<string, string>) },
      });
      const page = await application.firstWindow();
      await page.waitForURL(/trial\.localhost/);
      await use({ application, page });
      await application.close();
      own.remove();
    },
    { scope: 'worker' },
  ],
});
type TrialWindow = {
  readonly early: string;
  readonly from: string;
  readonly trial: {
    readonly version: number;
    invoke(channel: string, ...args: unknown[]): Promise<unknown>;
    add(a: number, b: number): number;
    callBack(listener: (value: unknown) => void): void;
    refusals(): Record<string, string>;
    throws(): void;
  };
};

test(
  'the bridge is there before the first script, and calls through it answer at once',
  { tag: '@standin' },
  async ({ trial: { page } }) => {
    const seen = await page.evaluate(() => {
      const { early, from, trial } = window as unknown as TrialWindow;
      let heard: unknown = null;
      trial.callBack((value) => (heard = value));
      let thrown = '';
      try {
        trial.throws();
      } catch (error) {
        thrown = (error as Error).message;
      }
      return {
        early,
        from,
        sum: trial.add(2, 3),
        version: trial.version,
        heard,
        thrown,
        frozen: Object.isFrozen(trial),
        secret: 'secretOfPreload' in window,
      };
    });
    expect(seen).toEqual({
      early: 'object',
      from: 'nobody',
      sum: 5,
      version: 7,
      heard: { deep: [1, 2] },
      thrown: 'kaput in preload',
      frozen: true,
      secret: false,
    });
  },
);

test(
  'messages are cloned as structures are; what can not be cloned is refused',
  { tag: '@standin' },
  async ({ trial: { page } }) => {
    const { echo, faults } = await page.evaluate(async () => {
      const { trial } = window as unknown as TrialWindow;
      const faultOf = (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => 'none',
          (error: unknown) => (error as Error).message,
        );
      const answer = (await trial.invoke('echo', undefined, new Date(5), Uint8Array.of(1, 2), { a: [null, NaN] })) as {
        args: unknown[];
      };
      return {
        echo: {
          ...answer,
          args: [
            answer.args[0] === undefined,
            answer.args[1] instanceof Date,
            answer.args[2] instanceof Uint8Array,
            String((answer.args[3] as { a: number[] }).a[1]),
          ],
        },
        faults: [
          await faultOf(trial.invoke('boom')),
          await faultOf(trial.invoke('none')),
          await faultOf(trial.invoke('function')),
          await faultOf(Promise.resolve().then(() => trial.invoke('echo', Symbol('x')))),
        ],
      };
    });
    expect(echo).toEqual({ args: [true, true, true, 'NaN'], url: 'trial://page/', isTop: true });
    expect(faults).toEqual([
      "Error invoking remote method 'boom': Error: kaput",
      "Error invoking remote method 'none': Error: No handler registered for 'none'",
      expect.stringContaining('could not be cloned'),
      expect.stringContaining('could not be cloned'),
    ]);
  },
);

test(
  'a preload can require electron alone, and of it what a sandbox has',
  { tag: '@standin' },
  async ({ trial: { page } }) => {
    expect(await page.evaluate(() => (window as unknown as TrialWindow).trial.refusals())).toEqual({
      node: 'module not found: node:fs',
      relative: 'module not found: ./main.mjs',
      unknown: expect.stringContaining('has no ipcRenderer.sendSync'),
      hasProcess: 'undefined',
    });
  },
);

test('what it does not have throws and names itself', { tag: '@standin' }, async ({ trial: { application } }) => {
  const faults = await application.evaluate((electron) => {
    const faultOf = (work: () => unknown): string => {
      try {
        work();
        return 'none';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const { app, BrowserWindow, session, ipcMain, protocol, safeStorage } = electron;
    const window = BrowserWindow.getAllWindows()[0]!;
    return [
      faultOf(() => electron.powerMonitor),
      faultOf(() => app.getLocale()),
      faultOf(() => app.on('gpu-info-update', () => undefined)),
      faultOf(() => window.setOpacity(1)),
      faultOf(() => window.webContents.openDevTools()),
      faultOf(() => window.webContents.on('did-navigate', () => undefined)),
      faultOf(() => session.fromPartition('x')),
      faultOf(() => ipcMain.on('x', () => undefined)),
      faultOf(() => protocol.registerSchemesAsPrivileged([])),
      faultOf(() => safeStorage.encryptString('x')),
      faultOf(() => app.enableSandbox()),
    ];
  });
  expect(faults).toEqual([
    expect.stringContaining('no electron.powerMonitor'),
    expect.stringContaining('no app.getLocale'),
    expect.stringContaining("never emits 'gpu-info-update'"),
    expect.stringContaining('no BrowserWindow.setOpacity'),
    expect.stringContaining('no webContents.openDevTools'),
    expect.stringContaining("never emits 'did-navigate'"),
    expect.stringContaining('no session.fromPartition'),
    expect.stringContaining("never emits 'x' of ipcMain"),
    expect.stringContaining('before app is ready'),
    expect.stringContaining('no safeStorage.encryptString'),
    expect.stringContaining('before app is ready'),
  ]);
});

test('a name that the app imports and the stand-in lacks stops the app at its start', { tag: '@standin' }, () => {
  const own = temporaryFolder();
  try {
    writeFileSync(join(own.path, 'package.json'), '{"name":"x","version":"1.0.0","type":"module","main":"main.js"}');
    writeFileSync(join(own.path, 'main.js'), "import { powerMonitor } from 'electron';\nconsole.log(powerMonitor);\n");
    expect(() => execFileSync(standInBinary, [own.path], { stdio: 'pipe' })).toThrow(
      /does not provide an export named 'powerMonitor'/,
    );
  } finally {
    own.remove();
  }
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`however it ends, Chromium ends with it: ${signal}`, { tag: '@standin' }, async () => {
    test.skip(process.platform !== 'linux', 'Processes are looked for in /proc.');
    const own = temporaryFolder();
    try {
      const child = spawn(standInBinary, [trialFolder, `--user-data-dir=${own.path}`], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await new Promise<void>((resolve) =>
        child.stderr.on('data', (bytes: Buffer) => bytes.toString().includes('DevTools listening') && resolve()),
      );
      expect(processesWith(own.path)).toBeGreaterThan(1);
      child.kill(signal);
      await expect.poll(() => processesWith(own.path)).toBe(0);
    } finally {
      own.remove();
    }
  });
}

/** Processes whose command line names a folder. */
function processesWith(folder: string): number {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(folder)).length;
}

test(
  'it is found as the package finds Electron, and drives through Playwright’s own loader',
  { tag: '@standin' },
  () => {
    const own = temporaryFolder();
    try {
      const script = `
      const { _electron } = await import('@playwright/test');
      const app = await _electron.launch({ args: [${JSON.stringify(trialFolder)}, ${JSON.stringify(`--user-data-dir=${own.path}`)}], env: process.env });
      const page = await app.firstWindow();
      await page.waitForURL(/trial/);
      console.log(JSON.stringify([await page.title(), await app.evaluate(({ app }) => app.isReady())]));
      await app.close();`;
      const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: join(standInBinary, '..') };
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: projectFolder,
        env,
        encoding: 'utf8',
      });
      expect(JSON.parse(output)).toEqual(['trial', true]);
    } finally {
      own.remove();
    }
  },
);
