import { RoomError } from '#shared/errors.ts';
import type { FileSight } from '#shared/rules/stable-file.ts';
import { nulList, runScript, type BulkConnection } from './remote.ts';

/** An entry below a root. Names are bytes, one character a byte. */
export type RemoteEntry = FileSight & {
  readonly kind: 'file' | 'dir' | 'symlink' | 'special';
  /** Below its root; empty when the root is a file. */
  readonly relativePath: string;
  /** When anything about it changed, its name and mode included: a time that nobody can set back. */
  readonly ctimeNs: string;
  readonly linkTarget: string;
};

export type RemoteRoot = {
  readonly kind: 'dir' | 'file' | 'missing';
  /** Without links in it; empty when it is missing. */
  readonly realPath: string;
  readonly entries: readonly RemoteEntry[];
  /** False when a folder could not be read: what is not listed is then not known to be gone. */
  readonly isComplete: boolean;
};

export type RemoteListing = {
  readonly roots: readonly RemoteRoot[];
  readonly hostName: string;
  /** The machine's time when it began, milliseconds; null when it was not understood. */
  readonly clockMs: number | null;
  /** Our time when it was asked, half a round trip before. */
  readonly askedAtMs: number;
  /** What `find` complained of, files that were deleted meanwhile left out. */
  readonly complaints: readonly string[];
};

/**
 * One `find` for each root. Ends with `OK`, so that an answer that was cut short is never taken for a folder
 * with less in it.
 */
export const listScript = `
printf 'H\\0%s\\0%s\\0' "$HOSTNAME" "$(date +%s.%N)"
while IFS= read -r -d '' root; do
  if [ -d "$root" ]; then
    real=$(cd -- "$root" 2>/dev/null && pwd -P && printf x)
    real=\${real%x}; real=\${real%$'\\n'}
    if [ -z "$real" ]; then printf 'U\\0'; continue; fi
    printf 'D\\0%s\\0' "$real"
    find "$real" -mindepth 1 -printf 'E\\0%y\\0%s\\0%T@\\0%C@\\0%i\\0%l\\0%P\\0'
    printf 'Z\\0%s\\0' "$?"
  elif [ -f "$root" ]; then
    printf 'F\\0%s\\0' "$root"
    find -L "$root" -maxdepth 0 -printf 'E\\0%y\\0%s\\0%T@\\0%C@\\0%i\\0%l\\0%P\\0'
    printf 'Z\\0%s\\0' "$?"
  else
    printf 'M\\0'
  fi
done
printf 'OK\\0'
`;

/** @param roots absolute paths, one character a byte. @throws RoomError ssh_unreachable, answer_not_understood. */
export async function listRemote(
  connection: BulkConnection,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<RemoteListing> {
  const askedAtMs = Date.now();
  const { stdout, stderr, exitCode } = await runScript(connection, listScript, nulList(roots), signal);
  const listing = parseListing(stdout.toString('latin1'), stderr);
  if (listing === null || listing.roots.length !== roots.length) {
    throw new RoomError(
      'answer_not_understood',
      `The machine did not list its files to the end (exit code ${exitCode ?? 'unknown'}): ${stderr.trim().slice(-300) || 'no reason given'}.`,
      { hint: 'bash and GNU find have to be on the machine. Nothing was changed here.' },
    );
  }
  return { ...listing, askedAtMs };
}

const kinds: Readonly<Record<string, RemoteEntry['kind']>> = { f: 'file', d: 'dir', l: 'symlink' };

/** Null when it does not end as it has to. */
export function parseListing(text: string, stderr: string): Omit<RemoteListing, 'askedAtMs'> | null {
  const tokens = text.split('\0');
  const roots: RemoteRoot[] = [];
  const complaints = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('No such file or directory'));
  let at = 0;
  const take = (): string => tokens[at++] ?? '';
  if (take() !== 'H') return null;
  const hostName = take();
  const clockMs = toMs(take());
  while (at < tokens.length) {
    const mark = take();
    if (mark === 'OK') return { roots, hostName, clockMs, complaints };
    if (mark === 'M') roots.push({ kind: 'missing', realPath: '', entries: [], isComplete: true });
    else if (mark === 'U') roots.push({ kind: 'dir', realPath: '', entries: [], isComplete: false });
    else if (mark === 'D' || mark === 'F') {
      const realPath = take();
      const entries: RemoteEntry[] = [];
      let next = take();
      for (; next === 'E'; next = take()) {
        const type = take();
        const sizeBytes = Number(take());
        const mtimeNs = toNs(take());
        const ctimeNs = toNs(take());
        const inode = take();
        const linkTarget = take();
        const relativePath = take();
        if (!Number.isSafeInteger(sizeBytes) || mtimeNs === null || ctimeNs === null) return null;
        const kind = kinds[type] ?? 'special';
        entries.push({ kind, sizeBytes, mtimeNs, ctimeNs, inode, linkTarget, relativePath });
      }
      if (next !== 'Z') return null;
      const status = take();
      const isComplete = status === '0' || complaints.length === 0;
      roots.push({ kind: mark === 'D' ? 'dir' : 'file', realPath, entries, isComplete });
    } else return null;
  }
  return null;
}

/** `1700000000.1234567890`, as find writes a time, in whole nanoseconds. */
export function toNs(text: string): string | null {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (found === null) return null;
  const digits = `${found[2]}${(found[3] ?? '').slice(0, 9).padEnd(9, '0')}`.replace(/^0+(?=\d)/, '');
  return digits === '0' ? '0' : `${found[1]}${digits}`;
}

function toMs(text: string): number | null {
  const ms = Number(text) * 1000;
  return text !== '' && Number.isFinite(ms) ? ms : null;
}
