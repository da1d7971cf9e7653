import type { Configuration } from 'electron-builder';
import { inRoot } from '../steps/paths.mjs';
import { afterExtract, afterPack } from './hooks.ts';
import { productName } from './stage-app.ts';

/**
 * `release` is signed and, where the environment has the key, notarised. `local` is for the computer it
 * is built on: signed with no identity. `unsigned` is for looking into the result.
 */
export type Profile = 'release' | 'local' | 'unsigned';

export const entitlementsPath = inRoot('build', 'package', 'entitlements.plist');

/** The folders beside app.asar, by their name in the package: what the room reads and never writes. */
export const extraFolders = [
  { from: 'configs', to: 'configs', filter: ['**/*', '!tooling{,/**/*}', '!**/*.md'] },
  { from: 'resources/demo', to: 'demo', filter: ['**/*'] },
  { from: 'resources/remote', to: 'remote', filter: ['**/*'] },
] as const;

/** electron-builder's settings for one package. */
export function builderConfig(options: {
  readonly profile: Profile;
  /** Holds what becomes app.asar. */
  readonly appFolder: string;
  readonly outputFolder: string;
  /** A folder or zip with Electron; null to have it downloaded. */
  readonly electronDist: string | null;
}): Configuration {
  return {
    appId: 'app.blueprint.control-room',
    productName,
    copyright: 'Copyright © 2026 The Blueprint Control Room authors',
    directories: { app: options.appFolder, output: options.outputFolder, buildResources: inRoot('resources') },
    artifactName: 'blueprint-control-room-${version}-${os}-${arch}.${ext}',
    electronLanguages: ['en', 'en-US'],
    ...(options.electronDist === null ? {} : { electronDist: options.electronDist }),
    // The staged folder is complete: nothing is compiled, nothing is collected.
    beforeBuild: () => Promise.resolve(false),
    // A node_modules folder at the top is left out unless it is named by a set of its own.
    files: ['**/*', { from: 'node_modules', to: 'node_modules', filter: ['**/*'] }],
    asar: { smartUnpack: false },
    // The system loads a native module from a file of its own.
    asarUnpack: ['node_modules/**/*.node'],
    extraResources: extraFolders.map(({ from, to, filter }) => ({ from, to, filter: [...filter] })),
    afterExtract,
    afterPack,
    // No update channel.
    publish: null,
    forceCodeSigning: false,
    mac: {
      target: ['dmg', 'zip'],
      category: 'public.app-category.developer-tools',
      icon: inRoot('resources', 'icon.icns'),
      darkModeSupport: true,
      ...signing(options.profile),
    },
    dmg: { writeUpdateInfo: false },
    linux: {
      target: ['AppImage', 'deb'],
      category: 'Development',
      synopsis: 'A control room for BlueprintValidation runs',
      syncDesktopName: true,
      executableName: 'blueprint-control-room',
      icon: inRoot('resources', 'icons'),
    },
  };
}

function signing(profile: Profile): Configuration['mac'] {
  switch (profile) {
    case 'release':
      return {
        forceCodeSigning: true,
        hardenedRuntime: true,
        entitlements: entitlementsPath,
        entitlementsInherit: entitlementsPath,
        notarize: mayNotarize(process.env),
      };
    case 'local':
      // Under the hardened runtime the libraries of an ad-hoc signature would not load each other.
      return {
        identity: '-',
        hardenedRuntime: false,
        entitlements: entitlementsPath,
        entitlementsInherit: entitlementsPath,
        notarize: false,
      };
    case 'unsigned':
      return { identity: null, notarize: false };
    default:
      return profile satisfies never;
  }
}

export const notarisationVariables = ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'] as const;

/** Apple's notary is asked when the environment has the whole API key. */
export const mayNotarize = (environment: NodeJS.ProcessEnv): boolean =>
  notarisationVariables.every((name) => (environment[name] ?? '') !== '');
