import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatPlist, type PlistDict } from '../../../build/package/plist.ts';
import { nameOf, type Target } from '../../../build/package/target.ts';

/** Electron's mark before its fuses, then: version of the wire, its length, one character per fuse. */
const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** The nine fuses as Electron is released: all that the room turns off is on. */
const releasedFuses = '101100011';

/**
 * A folder that electron-builder takes for Electron: what it renames, edits and copies is there, and
 * nothing runs. Like a real one it has languages, its own start page and sentences for the camera.
 * @param wire the fuses of the binary, one character each
 * @returns the folder for `electronDist`
 */
export function makeFakeElectron(folder: string, target: Target, wire: string = releasedFuses): string {
  const dist = join(folder, nameOf(target));
  const put = (path: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), content, { mode });
  };
  put('LICENSE', 'Electron');
  put('LICENSES.chromium.html', '<!doctype html>');
  put('version', '0.0.0');
  if (target.platform === 'linux') {
    put('electron', binary(wire), 0o755);
    put('chrome-sandbox', 'nothing', 0o755);
    put('resources/default_app.asar', 'start page');
    for (const name of ['en-US', 'de']) put(`locales/${name}.pak`, name);
    return dist;
  }
  const contents = 'Electron.app/Contents';
  put(`${contents}/Info.plist`, formatPlist(appInfo));
  put(`${contents}/MacOS/Electron`, 'nothing', 0o755);
  put(`${contents}/Resources/default_app.asar`, 'start page');
  put(`${contents}/Resources/electron.icns`, 'icns');
  const framework = `${contents}/Frameworks/Electron Framework.framework`;
  put(`${framework}/Versions/A/Electron Framework`, binary(wire), 0o755);
  for (const name of ['en', 'de']) {
    put(`${framework}/Versions/A/Resources/${name}.lproj/locale.pak`, name);
    put(`${contents}/Resources/${name}.lproj/InfoPlist.strings`, name);
  }
  symlinkSync('A', join(dist, framework, 'Versions', 'Current'));
  for (const name of ['Electron Framework', 'Resources']) {
    symlinkSync(`Versions/Current/${name}`, join(dist, framework, name));
  }
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    const helper = `${contents}/Frameworks/Electron Helper${kind}.app/Contents`;
    put(`${helper}/Info.plist`, formatPlist({ CFBundleExecutable: `Electron Helper${kind}`, LSUIElement: true }));
    put(`${helper}/MacOS/Electron Helper${kind}`, 'nothing', 0o755);
  }
  return dist;
}

function binary(wire: string): Buffer {
  const around = Buffer.alloc(4096, 0x90);
  const head = Buffer.from([1, wire.length]);
  return Buffer.concat([around, Buffer.from(fuseMark), head, Buffer.from(wire), around]);
}

const appInfo: PlistDict = {
  CFBundleExecutable: 'Electron',
  CFBundleIdentifier: 'com.github.Electron',
  CFBundleName: 'Electron',
  CFBundlePackageType: 'APPL',
  CFBundleIconFile: 'electron.icns',
  LSMinimumSystemVersion: '13.0',
  NSCameraUsageDescription: 'This app needs access to the camera',
  NSMicrophoneUsageDescription: 'This app needs access to the microphone',
  NSBluetoothAlwaysUsageDescription: 'This app needs access to Bluetooth',
  NSHighResolutionCapable: true,
  NSAppTransportSecurity: { NSAllowsArbitraryLoads: true },
};
