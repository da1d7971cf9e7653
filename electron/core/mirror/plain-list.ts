import { RoomError } from '#shared/errors.ts';
import type { SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { isRegular, objectNameOf, piecesOf, type Piece } from './pieces.ts';

/**
 * The list that lies beside a manifest, for restoring by hand. `sha256sum -c` reads it as it is: two lines a file,
 * first the objects that it is put together from (a comment for sha256sum), then its sum and its path.
 */
const head = [
  '# A snapshot of the Blueprint Control Room. To restore it with rclone, cat and sha256sum in bash:',
  '#   rclone copy REMOTE:BUCKET/PREFIX/INSTANCE/objects objects',
  '#   while IFS= read -r line; do',
  "#     case $line in '#= '*) pieces=${line#'#= '} ;; '#='*) pieces= ;; '#'*) ;;",
  '#       *) path=${line:66}; mkdir -p "./$(dirname "./$path")"; (cd objects && cat /dev/null $pieces) > "./$path" ;; esac',
  '#   done < TAG.list',
  '#   sha256sum -c TAG.list',
  '# A name with a backslash or a line break begins with a backslash, as sha256sum writes it. Links are in the manifest.',
];

/** sha256sum's own way to write a name that would not fit on a line. */
const escapeName = (path: string): { readonly mark: string; readonly name: string } =>
  /[\\\n\r]/.test(path)
    ? { mark: '\\', name: path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r') }
    : { mark: '', name: path };

export function formatPlainList(manifest: SnapshotManifest, cut: ReadonlyMap<string, readonly Piece[]>): string {
  const lines = [...head];
  for (const file of manifest.files) {
    if (!isRegular(file)) continue;
    const { mark, name } = escapeName(file.path);
    const objects = piecesOf(file, cut).map((piece) => objectNameOf(piece.sha256));
    lines.push(['#=', ...objects].join(' '), `${mark}${file.sha256}  ${name}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The objects of each content in a list, by the file's SHA-256. @throws RoomError file_damaged. */
export function readPlainList(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  let pieces: readonly string[] | null = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('#=')) {
      const shas = line
        .slice(2)
        .split(' ')
        .filter((name) => name !== '');
      if (!shas.every((name) => /^[0-9a-f]{2}\/[0-9a-f]{64}$/.test(name))) throw damaged('an object has no valid name');
      pieces = shas.map((name) => name.slice(3));
      continue;
    }
    if (line === '' || line.startsWith('#')) continue;
    const sha256 = /^\\?([0-9a-f]{64}) {2}./.exec(line)?.[1];
    if (sha256 === undefined || pieces === null) throw damaged('a line is neither a sum nor a list of objects');
    found.set(sha256, pieces);
    pieces = null;
  }
  return found;
}

const damaged = (why: string): RoomError =>
  new RoomError('file_damaged', `The list of the snapshot in the bucket can not be used: ${why}.`, {
    hint: 'Push the snapshot again from a computer that has it, or bring back another one.',
  });
