const block = 512;

/** Headers of one regular file in a tar stream as GNU tar reads it: a long name first, where one is needed. */
export function tarHeader(file: {
  readonly name: Buffer;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
}): Buffer {
  const short = headerBlock({ ...file, type: '0' });
  if (file.name.length <= 99) return short;
  const name = Buffer.concat([file.name, Buffer.from([0])]);
  const long = headerBlock({ name: Buffer.from('././@LongLink'), sizeBytes: name.length, mtimeSeconds: 0, type: 'L' });
  return Buffer.concat([long, name, tarPadding(name.length), short]);
}

/** What fills the last block of a file. */
export const tarPadding = (sizeBytes: number): Buffer => Buffer.alloc((block - (sizeBytes % block)) % block);

/** The two blocks that end an archive. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * block);

function headerBlock(entry: {
  readonly name: Buffer;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly type: '0' | 'L';
}): Buffer {
  const header = Buffer.alloc(block);
  entry.name.copy(header, 0, 0, 99);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  writeNumber(header, 124, entry.sizeBytes);
  writeNumber(header, 136, Math.max(0, entry.mtimeSeconds));
  header.write('        ', 148);
  header.write(entry.type, 156);
  header.write('ustar  \0', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Octal in twelve characters; base 256 for what does not fit. */
function writeNumber(header: Buffer, at: number, value: number): void {
  if (value < 8 ** 11) {
    header.write(`${value.toString(8).padStart(11, '0')}\0`, at);
    return;
  }
  let rest = value;
  for (let i = at + 11; i > at; i--) {
    header[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  header[at] = 0x80;
}
