import { join } from 'node:path';
import { pack, unpackedFolder } from '../../../build/package/pack.ts';
import type { Bundles } from '../../../build/package/stage-app.ts';
import type { Target } from '../../../build/package/target.ts';
import { makeFakeElectron } from './fake-electron.ts';
import type { Finding } from './finding.ts';
import { inspectPackage } from './inspect-package.ts';

/** The packages that are handed on, but for Linux on arm64, which differs in the one binary. */
export const checkedTargets: readonly Target[] = [
  { platform: 'linux', arch: 'x64' },
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'darwin', arch: 'x64' },
];

/** Packs an app against a fake Electron and says what was found in it. */
export async function packAndInspect(folder: string, target: Target, bundles: Bundles): Promise<readonly Finding[]> {
  const electronDist = makeFakeElectron(join(folder, 'electron'), target);
  const outputFolder = join(folder, 'release');
  await pack({ target, profile: 'unsigned', unpacked: true, bundles, electronDist, outputFolder });
  return inspectPackage(unpackedFolder(outputFolder, target), target, bundles);
}
