import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { setFuses } from '../../build/package/fuses.ts';
import { madeBundles, unpackedFolder } from '../../build/package/pack.ts';
import { mainEntry, productName } from '../../build/package/stage-app.ts';
import { inRoot } from '../../build/steps/paths.mjs';
import { nameOf } from '../../build/package/target.ts';
import { makeFakeElectron } from '../support/packaging/fake-electron.ts';
import { inspectPackage } from '../support/packaging/inspect-package.ts';
import { inspectSettings } from '../support/packaging/inspect-settings.ts';
import { checkedTargets, packAndInspect } from '../support/packaging/pack-all.ts';
import { makePlaceholderBundles } from '../support/packaging/placeholder-bundles.ts';

const folder = mkdtempSync(join(tmpdir(), 'room-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const placeholders = makePlaceholderBundles(join(folder, 'bundles'));

describe('settings', () => {
  test.each(inspectSettings())('$what', ({ fault }) => expect(fault).toBeNull());
});

// Packed before the tests are known: every finding is a test.
for (const target of checkedTargets) {
  const findings = await packAndInspect(join(folder, 'placeholders'), target, placeholders);
  describe(nameOf(target), () => {
    test.each(findings)('$what', ({ fault }) => expect(fault).toBeNull());
  });
}

if (existsSync(inRoot(mainEntry))) {
  const findings = await packAndInspect(join(folder, 'made'), { platform: 'linux', arch: 'x64' }, madeBundles);
  describe('linux-x64, the built bundles', () => {
    test.each(findings)('$what', ({ fault }) => expect(fault).toBeNull());
  });
} else {
  test.skip('the built bundles: npm run build makes them', () => undefined);
}

test('what is done to a package afterwards is seen', async () => {
  const target = { platform: 'darwin', arch: 'arm64' } as const;
  const packed = unpackedFolder(join(folder, 'placeholders', 'release'), target);
  const contents = join(packed, `${productName}.app`, 'Contents');
  const plist = readFileSync(join(contents, 'Info.plist'), 'utf8');
  const loads = /(<key>NSAllowsArbitraryLoads<\/key>\s*)<false\/>/;
  expect(plist).toMatch(loads);
  writeFileSync(join(contents, 'Info.plist'), plist.replace(loads, '$1<true/>'));
  writeFileSync(join(contents, 'Resources', '.npmrc'), '//registry.npmjs.org/:_authToken=canary');
  writeFileSync(join(contents, 'Resources', 'app-update.yml'), 'provider: generic');
  const framework = join(contents, 'Frameworks', 'Electron Framework.framework', 'Versions', 'A', 'Electron Framework');
  const binary = readFileSync(framework);
  binary[binary.indexOf('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX') + 34] = 0x31;
  writeFileSync(framework, binary);
  // One byte of the archive's header: the name of a file.
  const archive = join(contents, 'Resources', 'app.asar');
  const bytes = readFileSync(archive);
  bytes[bytes.indexOf('preload.cjs')] = 0x71;
  writeFileSync(archive, bytes);

  const findings = await inspectPackage(packed, target, placeholders);
  expect(findings.filter(({ fault }) => fault !== null).map(({ what }) => what)).toEqual([
    'archive: every file',
    'resources: the top, no update channel',
    'fuses: nine, read back',
    'no secrets: no file that could hold one',
    'no secrets: no key or token in any file',
    'plist: no insecure loads',
    'plist: integrity is the SHA-256 of the header',
  ]);
});

test('a bundle that imports what is not packed is seen', async () => {
  const target = { platform: 'linux', arch: 'x64' } as const;
  const bundles = makePlaceholderBundles(join(folder, 'bad-bundles'));
  appendFileSync(join(bundles.desktopFolder, 'engine.js'), "\nimport 'ws';\nimport './chunks/gone.js';\n");
  appendFileSync(join(bundles.desktopFolder, 'preload.cjs'), "\nrequire('node:fs');\n");
  const findings = await packAndInspect(join(folder, 'bad'), target, bundles);
  expect(findings.filter(({ fault }) => fault !== null)).toEqual([
    expect.objectContaining({
      what: 'bundles: what they import is in the package',
      fault: 'out/desktop/engine.js: ws, out/desktop/engine.js: ./chunks/gone.js, out/desktop/preload.cjs: node:fs',
    }),
  ]);
});

test.each([
  ['ten', '1011000111'],
  ['eight', '10110001'],
])('an Electron with %s fuses stops the build', async (name, wire) => {
  const dist = makeFakeElectron(join(folder, name), { platform: 'linux', arch: 'x64' }, wire);
  await expect(setFuses(join(dist, 'electron'))).rejects.toThrow(/fuse/i);
});
