import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';
import { setFuses } from './fuses.ts';
import { formatPlist, parsePlist, type PlistDict } from './plist.ts';

/** Files that whoever hands Electron on has to hand on with it, by their name beside it and in the app. */
const electronLicences = [
  ['LICENSE', 'LICENSE.electron.txt'],
  ['LICENSES.chromium.html', 'LICENSES.chromium.html'],
] as const;

/**
 * electron-builder calls it when Electron is copied and nothing of the app is there. An unpacked Electron
 * is taken as it is: its start page goes before the builder counts the archives, and for macOS the
 * licences, which are beside the app, come along.
 */
export function afterExtract({ appOutDir, electronPlatformName, packager }: AfterPackContext): Promise<void> {
  const isMac = electronPlatformName === 'darwin';
  const resources = join(appOutDir, isMac ? 'Electron.app/Contents/Resources' : 'resources');
  rmSync(join(resources, 'default_app.asar'), { force: true });
  const dist = packager.config.electronDist;
  if (isMac && typeof dist === 'string') {
    for (const [name, inApp] of electronLicences) {
      if (existsSync(join(dist, name))) copyFileSync(join(dist, name), join(resources, inApp));
    }
  }
  return Promise.resolve();
}

/** electron-builder calls it when an app is laid out and before it is signed. */
export async function afterPack(context: AfterPackContext): Promise<void> {
  const { appOutDir, electronPlatformName, packager } = context;
  const isMac = electronPlatformName === 'darwin';
  const app = join(appOutDir, `${packager.appInfo.productFilename}.app`);
  const resources = isMac ? join(app, 'Contents', 'Resources') : join(appOutDir, 'resources');
  // An empty folder is not copied, and the room reads it.
  mkdirSync(join(resources, 'configs'), { recursive: true });
  if (isMac) {
    const plistPath = join(app, 'Contents', 'Info.plist');
    writeFileSync(plistPath, formatPlist(narrowInfo(parsePlist(readFileSync(plistPath, 'utf8')))));
  }
  const linuxName = (packager as { readonly executableName?: string }).executableName ?? packager.appInfo.name;
  await setFuses(isMac ? app : join(appOutDir, linuxName));
}

/**
 * Takes back what Electron and the builder allow and the room does not use: the builder writes
 * `NSAllowsArbitraryLoads` after its own settings were applied, and Electron brings the sentences with
 * which macOS would ask for camera, microphone and Bluetooth.
 */
export function narrowInfo(info: PlistDict): PlistDict {
  const kept = Object.entries(info).filter(([key]) => !/^NS\w+UsageDescription$/.test(key));
  return { ...Object.fromEntries(kept), NSAppTransportSecurity: { NSAllowsArbitraryLoads: false } };
}
