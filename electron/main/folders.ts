import { app } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the parts of the app are. Everything of the built app is in the archive; what an operator may read is beside it. */
export type Folders = {
  readonly rendererFolder: string;
  readonly preloadFile: string;
  readonly engineFile: string;
  readonly configsFolder: string;
  readonly demoFolder: string;
  readonly remoteFolder: string;
  /** What this app keeps for itself: window, encrypted secrets, Chromium's profile. */
  readonly shellFolder: string;
};

export function findFolders(): Folders {
  const outFolder = join(app.getAppPath(), 'out');
  const besideArchive = app.isPackaged ? process.resourcesPath : app.getAppPath();
  return {
    rendererFolder: join(outFolder, 'renderer'),
    preloadFile: join(outFolder, 'desktop', 'preload.cjs'),
    engineFile: join(outFolder, 'desktop', 'engine.js'),
    configsFolder: join(besideArchive, 'configs'),
    demoFolder: app.isPackaged ? join(besideArchive, 'demo') : join(besideArchive, 'resources', 'demo'),
    remoteFolder: app.isPackaged ? join(besideArchive, 'remote') : join(besideArchive, 'resources', 'remote'),
    shellFolder: app.getPath('userData'),
  };
}

/** What calls this app from outside: its own binary, or the image that it is mounted from (an AppImage's folder goes with it). */
export function callProgram(): string[] {
  const image = process.env['APPIMAGE'];
  const binary = app.isPackaged && image !== undefined && image.startsWith('/') ? image : process.execPath;
  return [binary, ...(app.isPackaged ? [] : [app.getAppPath()]), '--room'];
}

/** Chromium's profile lies under the folder of the room, apart from the workspaces. Before `ready`. */
export function settleShellFolder(): void {
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  const home = process.env['ROOM_HOME'];
  const base = home === undefined || home === '' ? join(app.getPath('appData'), 'Blueprint Control Room') : home;
  const folder = join(base, 'shell');
  // Electron throws for a folder that is not there.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
}
