import type { ReactNode } from 'react';
import type { RoomInfo } from '#shared/contract/room.ts';
import { formatExact } from '../../ui/format.ts';
import { SettingsSection } from './settings-section.tsx';

const shellWords: Record<RoomInfo['shell'], string> = {
  desktop: 'Desktop',
  browser: 'Browser',
  command_line: 'Command line',
};

/** What the page ships of others, with the licence each part came under. */
const parts: readonly (readonly [string, string])[] = [
  ['React, TanStack Query, Table and Virtual, zustand, zod, cmdk, tinykeys, ws, better-sqlite3', 'MIT'],
  ['lucide icons, yaml', 'ISC'],
  ['wouter', 'Unlicense'],
  ['mediabunny', 'MPL 2.0'],
  ['Inter, Geist Mono', 'SIL OFL 1.1'],
];

export function AboutSection({ room }: { readonly room: RoomInfo }): ReactNode {
  return (
    <SettingsSection id="about" title="About" note="MIT licence. It comes without warranty.">
      <dl className="kv">
        <dt>Product</dt>
        <dd>
          {room.product} {room.version}
        </dd>
        <dt>Shell</dt>
        <dd>
          {shellWords[room.shell]}, {room.role}
        </dd>
        <dt>Runs on</dt>
        <dd>
          Node {room.node}, {room.platform}
        </dd>
        <dt>Started</dt>
        <dd className="tn">{formatExact(room.startedAt)} UTC</dd>
      </dl>
      <div>
        <span className="label">Parts by others</span>
        <dl className="licences">
          {parts.map(([names, licence]) => (
            <div key={names}>
              <dt>{names}</dt>
              <dd className="t3">{licence}</dd>
            </div>
          ))}
        </dl>
      </div>
    </SettingsSection>
  );
}
