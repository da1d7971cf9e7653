import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Entry =
  | { readonly files: Readonly<Record<string, Entry>> }
  | { readonly link: string }
  | { readonly size: number; readonly offset?: string; readonly unpacked?: true };

export type Asar = {
  /** Every file, by its path in the archive. */
  readonly paths: readonly string[];
  /** Those that are beside the archive, in `app.asar.unpacked`. */
  readonly unpackedPaths: readonly string[];
  /** SHA-256 of the header, as hexadecimal. */
  readonly headerHash: string;
  readonly read: (path: string) => Buffer;
};

/**
 * Reads an archive by its format and not by the library that wrote it: four numbers of 32 bits (the
 * third and fourth: size of the header's string with its padding, size without), the header as JSON,
 * then the files at their offsets.
 */
export function readAsar(path: string): Asar {
  const bytes = readFileSync(path);
  const headerEnd = 8 + bytes.readUInt32LE(4);
  const header = bytes.subarray(16, 16 + bytes.readUInt32LE(12));
  const files = new Map(filesOf(JSON.parse(header.toString('utf8')) as Entry, ''));
  return {
    paths: [...files.keys()].toSorted(),
    unpackedPaths: [...files].flatMap(([name, entry]) => ('unpacked' in entry ? [name] : [])),
    headerHash: createHash('sha256').update(header).digest('hex'),
    read(name) {
      const entry = files.get(name);
      if (entry === undefined || !('size' in entry)) throw new Error(`${name} is not in the archive.`);
      if (entry.offset === undefined) return readFileSync(`${path}.unpacked/${name}`);
      const start = headerEnd + Number(entry.offset);
      return bytes.subarray(start, start + entry.size);
    },
  };
}

function filesOf(entry: Entry, path: string): readonly (readonly [string, Entry])[] {
  if (!('files' in entry)) return [[path, entry]];
  return Object.entries(entry.files).flatMap(([name, child]) => filesOf(child, path === '' ? name : `${path}/${name}`));
}
