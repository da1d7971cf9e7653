import type * as ElectronModule from 'electron';
import { app } from './app.ts';
import { BrowserWindowDouble } from './browser-window.ts';
import { ipcMain } from './ipc-main.ts';
import { safeStorage } from './safe-storage.ts';
import { session } from './session.ts';
import {
  dialog,
  Menu,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  protocol,
  screen,
  shell,
  Tray,
} from './surroundings.ts';
import { honest } from './unimplemented.ts';
import { utilityProcess } from './utility-process.ts';
import { webContents } from './web-contents.ts';

type Electron = typeof ElectronModule;

const modules = {
  app,
  BrowserWindow: honest('BrowserWindow', BrowserWindowDouble) as unknown as Electron['BrowserWindow'],
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  net: net as Electron['net'],
  Notification,
  protocol,
  safeStorage,
  screen,
  session: session as Electron['session'],
  shell,
  Tray,
  utilityProcess: honest('utilityProcess', utilityProcess) as unknown as Electron['utilityProcess'],
  webContents: webContents as unknown as Electron['webContents'],
} satisfies Partial<Electron>;

export const electronNames: readonly string[] = Object.keys(modules);

/** What `require('electron')` gives: a name that is not here throws and says which. */
export const electron = honest('electron', modules);
