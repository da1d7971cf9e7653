import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { callFromPage } from '../support/desktop-page.ts';
import { binaryOf, desktopEnvironment } from '../support/desktop-app.ts';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';
import { readRecord } from '../support/stand-in-record.ts';
import { projectFolder, temporaryFolder } from '../support/test-core.ts';

test('a second start brings the first window up and ends', async ({ openDesktop, shell }) => {
  const app = await openDesktop();
  await app.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const code = await new Promise<number | null>((resolve) => {
    const child = execFile(binaryOf(shell as 'standin'), [projectFolder], {
      env: desktopEnvironment(app.home),
      cwd: projectFolder,
    });
    child.on('exit', resolve);
  });
  expect(code).toBe(0);
  await expect
    .poll(() =>
      app.application.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
      ),
    )
    .toEqual([false]);
});

test('the place of the window and the theme are remembered', { tag: '@standin' }, async ({ openDesktop }) => {
  const own = temporaryFolder();
  try {
    const place = { home: join(own.path, 'home'), workspaceFolder: join(own.path, 'ws') };
    const first = await openDesktop(place);
    await callFromPage(first.page, 'settings.set', { theme: 'light' });
    await expect.poll(() => first.application.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('light');
    await first.application.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      Object.defineProperty(window, 'getNormalBounds', { value: () => ({ x: 50, y: 60, width: 1200, height: 700 }) });
    });
    await first.stop();
    const kept = JSON.parse(readFileSync(join(place.home, 'shell', 'window.json'), 'utf8')) as unknown;
    expect(kept).toEqual({ bounds: { x: 50, y: 60, width: 1200, height: 700 }, isMaximized: false, theme: 'light' });
    const second = await openDesktop(place);
    const [options] = await readRecord(second.application, (record) => record.windows);
    expect(options).toMatchObject({ x: 50, y: 60, width: 1200, height: 700, show: false });
    expect(await second.application.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('light');
    await expect(second.page.locator('html')).toHaveAttribute('data-theme', 'light');
  } finally {
    own.remove();
  }
});

test('a folder is chosen with the native dialog', async ({ openDesktop }) => {
  const app = await openDesktop();
  const { canPickFolder, canBrowseFolders, shell } = await callFromPage(app.page, 'room.info', {});
  expect({ canPickFolder, canBrowseFolders, shell }).toEqual({
    canPickFolder: true,
    canBrowseFolders: false,
    shell: 'desktop',
  });
  await app.application.evaluate(({ dialog }) => {
    dialog.showOpenDialog = (async (...args: unknown[]) => {
      Object.assign(globalThis, { askedFor: args.at(-1) });
      return { canceled: false, filePaths: ['/data/chosen'] };
    }) as typeof dialog.showOpenDialog;
  });
  expect(await callFromPage(app.page, 'room.pickFolder', { title: 'Import a folder' })).toEqual({
    path: '/data/chosen',
  });
  expect(await app.application.evaluate(() => (globalThis as unknown as { askedFor: unknown }).askedFor)).toMatchObject(
    { title: 'Import a folder', properties: ['openDirectory', 'createDirectory'] },
  );
  await app.application.evaluate(({ dialog }) => {
    dialog.showOpenDialog = (async () => ({ canceled: true, filePaths: [] })) as typeof dialog.showOpenDialog;
  });
  expect(await callFromPage(app.page, 'room.pickFolder', { title: 'Import a folder' })).toEqual({ path: null });
});

test('the menu has the usual roles, and its commands are those of the page', async ({ roomPage, room, desktop }) => {
  await roomPage.goto(`${room.origin}/runs`);
  await expect(roomPage.getByTestId('run-row').first()).toBeVisible();
  const roles = await desktop!.application.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()?.items.map((item) => String(item.role).toLowerCase()),
  );
  expect(roles?.filter((role) => role !== 'appmenu')).toEqual(['filemenu', 'editmenu', 'viewmenu', 'windowmenu']);
  const clickItem = (label: string): Promise<void> =>
    desktop!.application.evaluate(({ Menu }, wanted) => {
      const items = Menu.getApplicationMenu()!.items.flatMap((item) => item.submenu?.items ?? []);
      items.find((item) => item.label === wanted)!.click();
    }, label);
  await clickItem('Show All Keys');
  await expect(roomPage.locator('.keysheet')).toBeVisible();
  await roomPage.keyboard.press('Escape');
  await clickItem('Import a Folder…');
  await expect(roomPage.locator('#import-path')).toBeVisible();
  await roomPage.keyboard.press('Escape');
  await clickItem('Open Another Workspace…');
  await expect(roomPage).toHaveURL(/\/settings#workspace$/);
});

test('another workspace opens in the same window', async ({ openRoom }) => {
  const { page, workspaceFolder } = await openRoom();
  const other = join(workspaceFolder, '..', 'other');
  expect(await callFromPage(page, 'workspaces.open', { path: other })).toEqual({ path: other, created: true });
  await expect(page.locator('.foot')).toContainText('other');
  expect((await callFromPage(page, 'room.info', {})).workspace.path).toBe(other);
});

test(
  'a workspace that another room has open is told in a dialog, and the app ends with the code of the error',
  { tag: '@standin' },
  async ({ shell }) => {
    const own = temporaryFolder();
    const holder = await startRoom({
      workspaceFolder: join(own.path, 'ws'),
      demo: true,
      env: { ROOM_HOME: join(own.path, 'holder') },
    });
    try {
      const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
        const child = execFile(
          binaryOf(shell as 'standin'),
          [projectFolder, '--workspace', join(own.path, 'ws')],
          { env: desktopEnvironment(join(own.path, 'home')), cwd: projectFolder },
          (_error, _stdout, text) => resolve({ code: child.exitCode, stderr: text }),
        );
      });
      expect(code).toBe(4);
      expect(stderr).toContain('already open');
      expect(stderr).toMatch(/Open it with: http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    } finally {
      await holder.stop();
      own.remove();
    }
  },
);

test(
  'secrets: with no keychain the room says so; nothing of a secret is ever in the folders of the app',
  { tag: '@standin' },
  async ({ openDesktop }) => {
    const canary = 'canary-4f1d7c';
    const own = temporaryFolder();
    try {
      for (const keychain of ['available', 'basic_text'] as const) {
        const place = { home: join(own.path, keychain, 'home'), workspaceFolder: join(own.path, keychain, 'ws') };
        const app = await openDesktop({ ...place, env: { STANDIN_KEYCHAIN: keychain, VAST_API_KEY: canary } });
        const { warnings } = await callFromPage(app.page, 'room.info', {});
        expect(
          warnings.map((warning) => warning.code),
          keychain,
        ).toEqual(keychain === 'basic_text' ? ['secrets_in_memory'] : []);
        await app.stop();
        expect(filesWith(join(own.path, keychain), canary)).toEqual([]);
      }
    } finally {
      own.remove();
    }
  },
);

/** Files below a folder that hold a text. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const file = join(folder, path);
    return existsSync(file) && statSync(file).isFile() && readFileSync(file).includes(text);
  });
}
