import { readFileSync } from 'node:fs';
import {
  builderConfig,
  mayNotarize,
  notarisationVariables,
  type Profile,
} from '../../../build/package/builder-config.ts';
import { parsePlist } from '../../../build/package/plist.ts';
import { equals, type Finding } from './finding.ts';

/** What only shows on a Mac when the app is signed: the settings it is signed with. */
export function inspectSettings(): readonly Finding[] {
  const configOf = (profile: Profile) =>
    builderConfig({ profile, appFolder: 'app', outputFolder: 'release', electronDist: null });
  const release = configOf('release');
  const local = configOf('local');
  const entitlementsOf = (path: string | null | undefined) => parsePlist(readFileSync(path ?? '', 'utf8'));
  const justInTime = { 'com.apple.security.cs.allow-jit': true };
  const key = Object.fromEntries(notarisationVariables.map((name) => [name, 'set']));
  return [
    equals(
      'release: hardened runtime, signed or not at all',
      {
        hardenedRuntime: release.mac?.hardenedRuntime,
        forceCodeSigning: release.mac?.forceCodeSigning,
        identity: release.mac?.identity,
      },
      { hardenedRuntime: true, forceCodeSigning: true, identity: undefined },
    ),
    equals('release: entitlements of the app', entitlementsOf(release.mac?.entitlements), justInTime),
    equals('release: entitlements of its helpers', entitlementsOf(release.mac?.entitlementsInherit), justInTime),
    equals(
      'release: notarised with the whole key only',
      [mayNotarize(key), ...notarisationVariables.map((name) => mayNotarize({ ...key, [name]: '' })), mayNotarize({})],
      [true, false, false, false, false],
    ),
    equals(
      'local: no identity, no hardened runtime, not notarised',
      {
        identity: local.mac?.identity,
        hardenedRuntime: local.mac?.hardenedRuntime,
        notarize: local.mac?.notarize,
      },
      { identity: '-', hardenedRuntime: false, notarize: false },
    ),
    equals('both: no update channel', [release.publish, local.publish], [null, null]),
    equals(
      'both: made for people',
      { mac: release.mac?.target, linux: release.linux?.target },
      {
        mac: ['dmg', 'zip'],
        linux: ['AppImage', 'deb'],
      },
    ),
  ];
}
