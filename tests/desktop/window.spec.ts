import { webPreferences } from '../../electron/main/web-preferences.ts';
import { expect, test } from '../support/room-fixture.ts';
import { readRecord } from '../support/stand-in-record.ts';

test(
  'sandbox and isolation: every window has the settings of the one constant, and the sandbox was on before ready',
  { tag: '@standin' },
  async ({ desktop }) => {
    const { windows, sandbox, schemes } = await readRecord(desktop!.application, (record) => ({
      windows: record.windows,
      sandbox: record.sandboxEnabledBeforeReady,
      schemes: record.privilegedSchemes,
    }));
    expect(sandbox).toBe(true);
    // Never past the page's policy: `bypassCSP` is not among the privileges.
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
    // Other tests open foreign windows in the same app, without the title of its own.
    const own = (windows as { title?: string; webPreferences: Record<string, unknown> }[]).filter(
      ({ title }) => title === 'Blueprint Control Room',
    );
    expect(own).toHaveLength(1);
    for (const options of own) {
      expect(options.webPreferences).toEqual({
        ...webPreferences,
        devTools: true,
        preload: expect.stringMatching(/out\/desktop\/preload\.cjs$/),
      });
    }
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  },
);

test('the page sees no Node, no Electron and nothing of the preload', async ({ roomPage }) => {
  const seen = await roomPage.evaluate(() =>
    [
      'require',
      'module',
      'exports',
      'process',
      'Buffer',
      'global',
      '__dirname',
      'electron',
      'ipcRenderer',
      'contextBridge',
      'bridge',
      'makeWire',
    ].filter((name) => name in window),
  );
  expect(seen).toEqual([]);
  const added = await roomPage.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    frame.remove();
    return Object.getOwnPropertyNames(window).filter(
      (name) => !plain.has(name) && !/^\d+$/.test(name) && !/^__(?:pw|playwright|zod_)/.test(name),
    );
  });
  expect(added).toEqual(['room']);
});

test('the preload offers exactly two functions, and none of them can be replaced', async ({ roomPage }) => {
  const surface = await roomPage.evaluate(() => {
    const bridge = (window as unknown as { room: Record<string, unknown> }).room;
    let replaced = false;
    try {
      (window as unknown as { room: unknown }).room = {};
      bridge['invoke'] = () => 'mine';
      replaced = bridge['invoke']?.toString().includes('mine') ?? false;
    } catch {
      // A frozen object says so in strict code.
    }
    return {
      names: Object.keys(bridge).toSorted(),
      kinds: Object.values(bridge).map((each) => typeof each),
      replaced,
      isSame: (window as unknown as { room: unknown }).room === bridge,
    };
  });
  expect(surface).toEqual({
    names: ['invoke', 'subscribe'],
    kinds: ['function', 'function'],
    replaced: false,
    isSame: true,
  });
});

test('a frame inside the page has no bridge', async ({ roomPage }) => {
  const inFrame = await roomPage.evaluate(async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const found = 'room' in (frame.contentWindow ?? {});
    frame.remove();
    return found;
  });
  expect(inFrame).toBe(false);
});

test('what is no call is answered in an envelope: nothing throws across', async ({ roomPage }) => {
  const answers = await roomPage.evaluate(async () => {
    const { invoke } = (
      window as unknown as {
        room: { invoke: (...args: unknown[]) => Promise<{ ok: boolean; error?: { code: string } }> };
      }
    ).room;
    const wrong: unknown[][] = [
      [],
      [7, {}],
      ['', {}],
      ['x'.repeat(101), {}],
      ['no.such', {}],
      ['room.info', { extra: 1 }],
      ['runs.get', null],
      ['constructor', {}],
      ['__proto__', {}],
      [{ toString: 'x' }, {}],
    ];
    return Promise.all(wrong.map(async (args) => (await invoke(...args)).error?.code ?? 'answered'));
  });
  expect(answers).toEqual([
    ...Array<string>(4).fill('unknown_method'),
    'unknown_method',
    'invalid_input',
    'invalid_input',
    ...Array<string>(3).fill('unknown_method'),
  ]);
});

test('unsubscribing ends it, though a function that crosses the bridge is wrapped anew', async ({
  roomPage,
  desktop,
}) => {
  const send = (id: string): Promise<void> =>
    desktop!.application.evaluate(
      ({ BrowserWindow }, command) =>
        BrowserWindow.getAllWindows()[0]?.webContents.send('room.push', { t: 'command', id: command }),
      id,
    );
  await roomPage.evaluate(() => {
    type Push = { t: string; id?: string };
    const heard: string[] = [];
    const { room } = window as unknown as { room: { subscribe: (listener: (push: Push) => void) => () => void } };
    const stop = room.subscribe((push) => push.t === 'command' && void heard.push(push.id ?? ''));
    Object.assign(window, { heard, stopHearing: stop });
  });
  await send('nothing.first');
  await expect
    .poll(() => roomPage.evaluate(() => (window as unknown as { heard: string[] }).heard))
    .toEqual(['nothing.first']);
  await roomPage.evaluate(() => (window as unknown as { stopHearing: () => void }).stopHearing());
  await send('nothing.second');
  await send('keys');
  await expect(roomPage.locator('.keysheet')).toBeVisible();
  expect(await roomPage.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual(['nothing.first']);
});
