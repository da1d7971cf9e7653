import { RoomError } from '#shared/errors.ts';
import type { FileSight } from '#shared/rules/stable-file.ts';
import { toNs } from './list-remote.ts';
import { nulList, runScript, type BulkConnection } from './remote.ts';

/** What the machine says of a file: its hash, and how it was seen after it was hashed. Null: it is gone. */
export type RemoteHash = { readonly sha256: string | null; readonly after: FileSight | null };

/**
 * Hashing must not be felt by the run: a tenth of what it gets of a busy processor, and the disk last. Less than
 * that, and on a machine that is busy all the time no pull would ever end.
 */
const nice = `
N="nice -n 10"
if ionice -c 2 -n 7 true 2>/dev/null; then N="$N ionice -c 2 -n 7"; fi
`;

/** `xargs` reads the names in large pieces, which a loop of the shell does byte by byte. */
export const hashFiles = `${nice}
export N
xargs -0 -r -n 500 bash --noprofile --norc -c '
$N sha256sum -z -- "$@" 2>/dev/null
find "$@" -maxdepth 0 -printf "T\\0%s\\0%T@\\0%i\\0%p\\0" 2>/dev/null
exit 0
' batch
printf 'OK\\0'
`;

/**
 * Debian's and Ubuntu's sha256sum does not use the processor's SHA instructions and openssl does: five times as fast.
 * It is taken where it is there and right about a hash that is known.
 */
const fasterHash = `
H=sha256sum
case $(printf '' | openssl dgst -sha256 -r 2>/dev/null) in
  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855*) H="openssl dgst -sha256 -r";;
esac
`;

export const hashPrefixes = `${nice}${fasterHash}
while IFS= read -r -d '' n && IFS= read -r -d '' p; do
  if exec 4<"$p"; then
    h=$(head -c "$n" <&4 | $N $H)
    exec 4<&-
    printf '%s  %s\\0' "\${h%% *}" "$p"
  fi 2>/dev/null
  find "$p" -maxdepth 0 -printf 'T\\0%s\\0%T@\\0%i\\0%p\\0' 2>/dev/null
done
printf 'OK\\0'
`;

/** Hashes whole files on the machine, under `nice`. Paths are absolute bytes. */
export async function hashRemoteFiles(
  connection: BulkConnection,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, RemoteHash>> {
  return hashBy(connection, hashFiles, paths, paths, signal);
}

/** Hashes the first bytes of files on the machine: what a file that only grew has to be compared with. */
export async function hashRemotePrefixes(
  connection: BulkConnection,
  files: readonly { readonly path: string; readonly bytes: number }[],
  signal: AbortSignal,
): Promise<Map<string, RemoteHash>> {
  const input = files.flatMap((file) => [String(file.bytes), file.path]);
  return hashBy(
    connection,
    hashPrefixes,
    input,
    files.map((file) => file.path),
    signal,
  );
}

/**
 * A large checkpoint is hashed under `nice` for minutes, and nothing is said meanwhile. A dead connection is
 * noticed sooner, by its keep-alive.
 */
const hashPatienceMs = 30 * 60_000;

async function hashBy(
  connection: BulkConnection,
  script: string,
  input: readonly string[],
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, RemoteHash>> {
  const { stdout, stderr } = await runScript(connection, script, nulList(input), signal, hashPatienceMs);
  const hashes = parseHashes(stdout.toString('latin1'), paths);
  if (hashes === null) {
    throw new RoomError(
      'answer_not_understood',
      `The machine did not hash its files to the end: ${stderr.trim().slice(-300) || 'no reason given'}.`,
      { hint: 'sha256sum of GNU coreutils has to be on the machine. Nothing was changed here.' },
    );
  }
  return hashes;
}

/** Null when the answer was cut short. */
export function parseHashes(text: string, paths: readonly string[]): Map<string, RemoteHash> | null {
  const tokens = text.split('\0');
  const sums = new Map<string, string>();
  const sights = new Map<string, FileSight>();
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at++] ?? '';
    if (token === 'OK')
      return new Map(paths.map((path) => [path, { sha256: sums.get(path) ?? null, after: sights.get(path) ?? null }]));
    if (token === 'T') {
      const [size, mtime, inode, path] = tokens.slice(at, at + 4);
      at += 4;
      const mtimeNs = toNs(mtime ?? '');
      if (path === undefined || inode === undefined || mtimeNs === null) return null;
      sights.set(path, { sizeBytes: Number(size), mtimeNs, inode });
    } else {
      const found = /^([0-9a-f]{64}) [ *]/.exec(token);
      if (found === null) return null;
      sums.set(token.slice(66), found[1] ?? '');
    }
  }
  return null;
}
