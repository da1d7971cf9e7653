import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../../../build/steps/paths.mjs';
import { fuses, readFuses } from '../../../build/package/fuses.ts';
import { parsePlist, type PlistDict } from '../../../build/package/plist.ts';
import { productName, type Bundles } from '../../../build/package/stage-app.ts';
import type { Target } from '../../../build/package/target.ts';
import { readAsar } from './asar.ts';
import { filesUnder } from './files-under.ts';
import { equals, none, sameNames, type Finding } from './finding.ts';
import { inspectArchive } from './inspect-archive.ts';

/** Everything that is asserted about an unpacked app: where the builder left it, for what, out of which bundles. */
export async function inspectPackage(folder: string, target: Target, bundles: Bundles): Promise<readonly Finding[]> {
  const isMac = target.platform === 'darwin';
  const app = join(folder, `${productName}.app`);
  const resources = isMac ? join(app, 'Contents', 'Resources') : join(folder, 'resources');
  const asar = readAsar(join(resources, 'app.asar'));
  const own = ['app.asar', 'app.asar.unpacked', 'configs', 'demo', 'remote'];
  const ofMac = ['LICENSE.electron.txt', 'LICENSES.chromium.html', 'en.lproj', 'icon.icns'];
  const everything = filesUnder(isMac ? app : folder);
  const all = readAll(isMac ? app : folder, everything);
  return [
    ...inspectArchive(asar, target, bundles),
    sameNames('resources: the top, no update channel', readdirSync(resources), isMac ? [...own, ...ofMac] : own),
    sameNames('resources: demo', filesUnder(join(resources, 'demo')), filesUnder(inRoot('resources', 'demo'))),
    sameNames('resources: remote', filesUnder(join(resources, 'remote')), filesUnder(inRoot('resources', 'remote'))),
    sameNames(
      'resources: configs without tooling',
      filesUnder(join(resources, 'configs')),
      filesUnder(inRoot('configs')).filter((path) => !path.startsWith('tooling/') && !path.endsWith('.md')),
    ),
    equals('resources: configs is a folder', isFolder(join(resources, 'configs')), true),
    equals('fuses: nine, read back', await readFuses(isMac ? app : join(folder, 'blueprint-control-room')), fuses),
    sameNames('languages: English only', languages(everything), ['en']),
    none('no secrets: no file that could hold one', everything.filter(mayHoldSecret), everything.length),
    none(
      'no secrets: no key or token in any file',
      all.filter(({ text }) => secret.test(text)).map(({ path }) => path),
      all.length,
    ),
    ...(isMac ? inspectMac(app, asar.headerHash) : []),
  ];
}

function inspectMac(app: string, headerHash: string): readonly Finding[] {
  const info = parsePlist(readFileSync(join(app, 'Contents', 'Info.plist'), 'utf8'));
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { readonly version: string };
  const wanted: PlistDict = {
    CFBundleIdentifier: 'app.blueprint.control-room',
    CFBundleName: productName,
    CFBundleDisplayName: productName,
    CFBundleExecutable: productName,
    CFBundleShortVersionString: version,
    CFBundleVersion: version,
    CFBundleIconFile: 'icon.icns',
    LSApplicationCategoryType: 'public.app-category.developer-tools',
    LSMinimumSystemVersion: '13.0',
  };
  const keys = Object.keys(info);
  const frameworks = join(app, 'Contents', 'Frameworks');
  const helpers = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'].map((kind) => `${productName} Helper${kind}`);
  return [
    equals('plist: the app', Object.fromEntries(Object.keys(wanted).map((key) => [key, info[key]])), wanted),
    equals('plist: no insecure loads', info['NSAppTransportSecurity'], { NSAllowsArbitraryLoads: false }),
    none(
      'plist: asks for no camera, microphone or Bluetooth',
      keys.filter((key) => /UsageDescription$/.test(key)),
      keys.length,
    ),
    equals('plist: integrity is the SHA-256 of the header', info['ElectronAsarIntegrity'], {
      'Resources/app.asar': { algorithm: 'SHA256', hash: headerHash },
    }),
    equals(
      'icon: the one of resources',
      sameBytes(join(app, 'Contents', 'Resources', 'icon.icns'), inRoot('resources', 'icon.icns')),
      true,
    ),
    sameNames(
      'helpers',
      readdirSync(frameworks).filter((name) => name.endsWith('.app')),
      helpers.map((name) => `${name}.app`),
    ),
    none(
      'helpers: each with its program',
      helpers.filter((name) => !existsSync(join(frameworks, `${name}.app`, 'Contents', 'MacOS', name))),
      helpers.length,
    ),
  ];
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

const sameBytes = (a: string, b: string): boolean => readFileSync(a).equals(readFileSync(b));

const languages = (paths: readonly string[]): readonly string[] => [
  ...new Set(
    paths
      .flatMap((path) => /(?:locales\/([a-z]+)(?:-\w+)?\.pak$)|(?:([a-z]+)\.lproj\/)/.exec(path)?.slice(1) ?? [])
      .filter(Boolean),
  ),
];

const mayHoldSecret = (path: string): boolean =>
  /(?:^|\/)(?:\.npmrc|\.netrc|\.git|\.env[^/]*|id_(?:rsa|ed25519|ecdsa)|known_hosts|credentials[^/]*)$|\.(?:pem|p8|p12|pfx|key|keychain|mobileprovision)$/i.test(
    path,
  );

/** Keys and tokens by their form: Apple and SSH keys, npm, GitHub, Hugging Face, AWS and Google. */
const secret =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[\w+/=]{32}|_authToken=\S|\bnpm_[A-Za-z0-9]{36}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bhf_[A-Za-z0-9]{30,}\b|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{35}\b/;

function readAll(
  folder: string,
  paths: readonly string[],
): readonly { readonly path: string; readonly text: string }[] {
  const files = paths.filter((path) => lstatSync(join(folder, path)).isFile());
  return files.map((path) => ({ path, text: readFileSync(join(folder, path), 'latin1') }));
}
