import { app, dialog, nativeTheme, Notification, safeStorage, session, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { pushChannel, type ShellPush } from '#shared/contract/desktop-bridge.ts';
import { isMethodName, type RoomEvent } from '#shared/contract/index.ts';
import { settingsSchema } from '#shared/contract/room.ts';
import type { FromEngine, ToEngine } from '#shared/contract/engine-wire.ts';
import { exitCodeOf, type ErrorPayload } from '#shared/errors.ts';
import { appOrigin } from '#shared/rules/page-address.ts';
import { createEngineHost, type EngineHost } from './engine-host.ts';
import { forkEngine } from './engine-process.ts';
import { createFleetWatch } from './fleet-watch.ts';
import { callProgram, findFolders, type Folders } from './folders.ts';
import { serveIpc } from './ipc.ts';
import { setMenu } from './menu.ts';
import { guardNavigation } from './navigation.ts';
import { createJobNotifier, showNotification } from './notifications.ts';
import { guardPermissions } from './permissions.ts';
import { serveAppScheme } from './protocol.ts';
import { askBeforeQuit } from './quit.ts';
import type { StartArguments } from './start-arguments.ts';
import { openTray } from './tray.ts';
import { answerSecret, createVault, type Vault } from './vault.ts';
import { bringToFront, loadRoom, openRoomWindow } from './window.ts';
import { openWindowState, type WindowStateStore } from './window-state.ts';

/** The app with its window. Each step is a function; their order is `start`. */
export function startRoom(asked: StartArguments & { readonly kind: 'room' }): void {
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  app.on('web-contents-created', (_event, contents) => guardNavigation(contents));
  void app.whenReady().then(() => start(asked));
}

function start(asked: StartArguments & { readonly kind: 'room' }): void {
  const folders = findFolders();
  const state = openWindowState(join(folders.shellFolder, 'window.json'));
  nativeTheme.themeSource = state.current().theme;
  guardPermissions(session.defaultSession);
  const vault = createVault({
    keychain: safeStorage,
    path: join(folders.shellFolder, 'secrets.bin'),
    platform: process.platform,
  });
  const windows = createWindows(folders, state, () => engine.state());
  const engine = startEngine({ asked, folders, vault, windows, state, onEvent: (event) => fleet.onEvent(event) });
  serveAppScheme({ rendererFolder: folders.rendererFolder, media: engine.media });
  serveIpc({
    windows: windows.ids,
    call: (method, input) => engine.call(method, input),
    retryEngine: () => engine.retryNow(),
  });
  setMenu({
    isMac: process.platform === 'darwin',
    isPackaged: app.isPackaged,
    runCommand: (id) => windows.sendCommand(id),
  });
  app.on('second-instance', () => windows.focus());
  app.on('activate', () => windows.focus());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  const tray = openTray({
    openRoom: () => windows.focus(),
    runCommand: (id) => windows.sendCommand(id),
    canStopAll: isMethodName('instances.stopAll'),
    quit: () => app.quit(),
  });
  const fleet = createFleetWatch({
    call: (method, input) => engine.call(method, input),
    onSight: (sight) => tray.show(sight),
  });
  askBeforeQuit({
    engine,
    sight: () => fleet.sight(),
    window: () => windows.current(),
    stay: () => windows.focus(),
  });
  windows.open();
  fleet.read();
}

type Windows = {
  readonly ids: ReadonlySet<number>;
  open(): void;
  focus(): void;
  push(message: ShellPush): void;
  sendCommand(id: string): void;
  isLookedAt(): boolean;
  current(): BrowserWindow | null;
};

function createWindows(
  folders: Folders,
  state: WindowStateStore,
  engineState: () => ReturnType<EngineHost['state']>,
): Windows {
  const ids = new Set<number>();
  let current: BrowserWindow | null = null;

  function push(message: ShellPush): void {
    if (current !== null && !current.webContents.isDestroyed()) current.webContents.send(pushChannel, message);
  }

  function open(): void {
    const window = openRoomWindow({ preloadFile: folders.preloadFile, state, devTools: !app.isPackaged });
    const { id } = window.webContents;
    current = window;
    ids.add(id);
    window.on('closed', () => {
      ids.delete(id);
      if (current === window) current = null;
    });
    // A page that was loaded anew has missed what was said before.
    window.webContents.on('did-finish-load', () => {
      const known = engineState();
      if (known !== null) push({ t: 'engine', state: known });
    });
    loadRoom(window).then(
      () => process.stdout.write(`Control room ready: ${appOrigin}/\n`),
      (fault: unknown) => process.stderr.write(`The page could not be loaded: ${String(fault)}\n`),
    );
  }

  function focus(): void {
    if (current === null) open();
    else bringToFront(current);
  }

  return {
    ids,
    open,
    focus,
    push,
    sendCommand(id) {
      focus();
      push({ t: 'command', id });
    },
    isLookedAt: () => current?.isFocused() ?? false,
    current: () => current,
  };
}

function startEngine(deps: {
  readonly asked: StartArguments & { readonly kind: 'room' };
  readonly folders: Folders;
  readonly vault: Vault;
  readonly windows: Windows;
  readonly state: WindowStateStore;
  readonly onEvent: (event: RoomEvent) => void;
}): EngineHost {
  const { asked, folders, vault, windows, state, onEvent } = deps;
  const notify = createJobNotifier({
    call: (method, input) => engine.call(method, input),
    isLookedAt: () => windows.isLookedAt(),
    show: (title, body) => showNotification(title, body, () => windows.focus()),
  });
  const followTheme = async (): Promise<void> => {
    const envelope = await engine.call('settings.get', {});
    const settings = envelope.ok ? settingsSchema.safeParse(envelope.value) : null;
    if (settings?.success !== true || settings.data.theme === state.current().theme) return;
    nativeTheme.themeSource = settings.data.theme;
    state.save({ theme: settings.data.theme });
  };
  const engine = createEngineHost({
    fork: () => forkEngine(folders.engineFile),
    start: {
      t: 'start_room',
      version: app.getVersion(),
      program: callProgram(),
      folders: {
        configsFolder: folders.configsFolder,
        demoFolder: folders.demoFolder,
        remoteFolder: folders.remoteFolder,
      },
      workspacePath: asked.workspacePath,
      isDemo: asked.isDemo,
      secretKind: vault.kind(),
      canNotify: Notification.isSupported(),
    },
    push(message) {
      windows.push(message);
      if (message.t !== 'event') return;
      onEvent(message.event);
      void notify(message.event);
      if (message.event.name === 'settings.changed' || message.event.name === 'workspace.switched') void followTheme();
    },
    serve(message, answer) {
      if (message.t === 'notice') showNotification(message.title, message.body, () => windows.focus(), message.urgency);
      else void serveEngine(message, vault, windows.current()).then((it) => it !== null && answer(it));
    },
    onFailed,
  });
  void followTheme();
  return engine;
}

async function serveEngine(message: FromEngine, vault: Vault, window: BrowserWindow | null): Promise<ToEngine | null> {
  if (message.t === 'secret') return answerSecret(vault, message);
  if (message.t !== 'folder.pick') return null;
  const options = {
    title: message.title,
    message: message.title,
    properties: ['openDirectory', 'createDirectory'] as ('openDirectory' | 'createDirectory')[],
  };
  const { canceled, filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return { t: 'folder.picked', id: message.id, path: canceled ? null : (filePaths[0] ?? null) };
}

/** The room can't be opened: said in a dialog and on stderr, and the app ends with the code of the error. */
function onFailed(error: ErrorPayload, link: string | null): void {
  const text = [error.message, error.hint, link === null ? null : `Open it with: ${link}`]
    .filter((line) => line !== null)
    .join('\n');
  process.stderr.write(`${text}\n`);
  dialog.showErrorBox('The room can not be opened', text);
  app.exit(exitCodeOf(error.code));
}
