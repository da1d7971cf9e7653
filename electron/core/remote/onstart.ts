import { gzipSync } from 'node:zlib';
import { RoomError } from '#shared/errors.ts';
import { leaseFolder } from '#shared/rules/shutdown-command.ts';

/** The provider's sheet says 4,096 characters, its newer documentation 4,048: the smaller holds for both. */
export const longestOnstart = 4_048;

export type OnstartOptions = {
  /** The text of `resources/remote/lease.sh`. */
  readonly leaseScript: string;
  /** How long the room may be away, seconds. Every start of the container has 30 minutes in any case. */
  readonly leaseSeconds: number;
  /** After this long the machine stops whatever it does, seconds; there is no way to leave it out. */
  readonly maxRunSeconds: number;
  /** How long nothing may happen, seconds. */
  readonly idleSeconds: number | 'off';
  /** Absolute folders whose files show that something happens. */
  readonly watchFolders?: readonly string[];
  /** What the launch preset itself wants to run afterwards. */
  readonly presetOnstart?: string;
};

/**
 * The onstart text of a launch: unpacks the lease daemon, gives it the container's id and key (which SSH
 * sessions do not see) and starts it, then does what the preset wants. It holds no secret.
 * @throws RoomError `invalid_input` for limits that are no whole seconds above 0, or a text that is too long
 */
export function buildOnstart(options: OnstartOptions): string {
  const { leaseScript, leaseSeconds, maxRunSeconds, idleSeconds, watchFolders, presetOnstart } = options;
  const limits = [
    `LEASE=${seconds('lease', leaseSeconds)}`,
    `MAX=${seconds('maximum run time', maxRunSeconds)}`,
    `IDLE=${idleSeconds === 'off' ? 'off' : seconds('idle time', idleSeconds)}`,
    ...(watchFolders === undefined ? [] : [`WATCH='${watchFolders.map(plainFolder).join(' ')}'`]),
  ];
  const packed = gzipSync(strip(leaseScript), { level: 9 }).toString('base64');
  const text = [
    `D=\${LEASE_DIR:-${leaseFolder}};mkdir -p $D;chmod 700 $D`,
    `base64 -d<<E|gzip -dc>$D/lease.sh&&${limits.join(' ')} sh $D/lease.sh install`,
    packed,
    'E',
    ...(presetOnstart === undefined || presetOnstart.trim() === '' ? [] : [presetOnstart.trim()]),
    '',
  ].join('\n');
  if (text.length > longestOnstart)
    throw new RoomError(
      'invalid_input',
      `The onstart text has ${text.length} characters; the provider takes ${longestOnstart}.`,
      {
        hint: `Shorten the preset's own onstart by ${text.length - longestOnstart} characters, or let it call a file.`,
      },
    );
  return text;
}

/** Comments and indents are for people. */
const strip = (script: string): string =>
  script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');

function seconds(name: string, value: number): string {
  if (Number.isSafeInteger(value) && value > 0) return String(value);
  throw new RoomError('invalid_input', `The ${name} is whole seconds above 0, not ${value}.`);
}

function plainFolder(folder: string): string {
  if (/^\/[\w./-]+$/.test(folder)) return folder;
  throw new RoomError('invalid_input', `A watched folder is an absolute path of plain letters, not "${folder}".`);
}
