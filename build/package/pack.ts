import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import { inRoot, root } from '../steps/paths.mjs';
import { builderConfig, type Profile } from './builder-config.ts';
import { stageApp, type Bundles } from './stage-app.ts';
import { nameOf, type Target } from './target.ts';

export const madeBundles: Bundles = {
  desktopFolder: inRoot('out', 'desktop'),
  rendererFolder: inRoot('out', 'renderer'),
};

/**
 * Packs the app for one platform and architecture.
 * @returns the absolute paths of what a person would hand on; none with `unpacked`
 */
export async function pack(options: {
  readonly target: Target;
  readonly profile: Profile;
  /** Leave it as a folder: no dmg, no AppImage. */
  readonly unpacked: boolean;
  readonly bundles: Bundles;
  readonly electronDist: string | null;
  readonly outputFolder: string;
}): Promise<readonly string[]> {
  const { target } = options;
  const appFolder = inRoot('out', 'package', `${nameOf(target)}-${process.pid}`);
  stageApp(appFolder, target, options.bundles);
  try {
    const platform = target.platform === 'darwin' ? Platform.MAC : Platform.LINUX;
    return await build({
      projectDir: root,
      targets: platform.createTarget(options.unpacked ? 'dir' : null, Arch[target.arch]),
      config: builderConfig({ ...options, appFolder }),
      publish: 'never',
    });
  } finally {
    rmSync(appFolder, { recursive: true, force: true });
  }
}

/** The app as a folder, where the builder leaves it. */
export function unpackedFolder(outputFolder: string, { platform, arch }: Target): string {
  if (platform === 'darwin') return join(outputFolder, arch === 'x64' ? 'mac' : `mac-${arch}`);
  return join(outputFolder, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`);
}
