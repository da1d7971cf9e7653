/**
 * Names of a machine are bytes, here one character a byte (Latin-1 text). A Mac holds less: its names are
 * UTF-8, and it takes names that differ in case or in the composition of accents for one. A name that can
 * not stand is escaped: `%` and two hex digits for a byte. The same bytes give the same name on every computer.
 */
export type PlannedName = {
  /** The name to write, valid UTF-8. */
  readonly name: string;
  /** Why it differs from the machine's; null when it does not. */
  readonly escapedBecause: 'not_utf8' | 'twin' | 'reserved' | 'percent' | 'too_long' | null;
};

/** File names of 255 bytes and more are refused by the file systems in use. */
const longestNameBytes = 255;

/**
 * Plans the names of one folder: `names` are its entries, each once. No two of the answer are the same to a
 * file system that folds case and composition.
 * @param reserved names that the room writes into this folder itself.
 */
export function planNames(names: readonly string[], reserved: readonly string[] = []): Map<string, PlannedName> {
  const taken = new Set(reserved.map(foldName));
  const reservedFolds = new Set(taken);
  const planned = new Map<string, PlannedName>();
  // Plain names first: a twin that has to give way is the later one in the order of bytes, always the same.
  const ordered = names.toSorted();
  const later: { readonly bytes: string; readonly because: NonNullable<PlannedName['escapedBecause']> }[] = [];
  for (const bytes of ordered) {
    const plain = decodeUtf8(bytes);
    if (plain === null) later.push({ bytes, because: 'not_utf8' });
    else if (looksEscaped(plain)) later.push({ bytes, because: 'percent' });
    else if (reservedFolds.has(foldName(plain))) later.push({ bytes, because: 'reserved' });
    else if (taken.has(foldName(plain))) later.push({ bytes, because: 'twin' });
    else {
      taken.add(foldName(plain));
      planned.set(bytes, { name: plain, escapedBecause: null });
    }
  }
  for (const { bytes, because } of later) planned.set(bytes, escapeFree(bytes, because, taken));
  return planned;
}

function escapeFree(
  bytes: string,
  because: NonNullable<PlannedName['escapedBecause']>,
  taken: Set<string>,
): PlannedName {
  const first = because === 'not_utf8' || because === 'percent' ? 0 : 1;
  // Each turn escapes one more character from the left, until no other name is in the way.
  for (let count = first; count <= bytes.length; count++) {
    const name = escapeBytes(bytes, count);
    if (utf8Length(name) > longestNameBytes) break;
    if (taken.has(foldName(name))) continue;
    taken.add(foldName(name));
    return { name, escapedBecause: because };
  }
  // Escaped it is too long to stand: its beginning and a hash of all of it. The manifest has the whole name.
  for (let salt = 0; ; salt++) {
    const name = `${escapeBytes(bytes.slice(0, 60), 0)}%~${hash32(bytes, salt)}`;
    if (taken.has(foldName(name))) continue;
    taken.add(foldName(name));
    return { name, escapedBecause: 'too_long' };
  }
}

/** What a case- and composition-folding file system compares. Folds a little more than any of them does. */
export function foldName(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFD');
}

/**
 * Bytes as text that can be turned back: valid UTF-8 stands as it is, other bytes and the first `count` bytes
 * are `%XX`, and so is a `%` that could be taken for an escape.
 */
export function escapeBytes(bytes: string, count = 0): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = utf8SequenceLength(bytes, i);
    const isPercent = bytes[i] === '%' && /^%(?:[0-9A-F]{2}|~)/.test(bytes.slice(i, i + 3));
    if (length === 0 || isPercent || i < count) {
      for (let k = 0; k < Math.max(1, length); k++) text += percent(bytes.charCodeAt(i + k));
      i += Math.max(1, length);
    } else {
      text += decodeUtf8(bytes.slice(i, i + length)) ?? '';
      i += length;
    }
  }
  return text;
}

/** The bytes that `escapeBytes` was given (a name with `%~` can not be turned back: the manifest has it). */
export function unescapeBytes(text: string): string {
  let bytes = '';
  for (const part of text.split(/(%[0-9A-F]{2})/)) {
    if (/^%[0-9A-F]{2}$/.test(part)) bytes += String.fromCharCode(Number.parseInt(part.slice(1), 16));
    else bytes += encodeUtf8(part);
  }
  return bytes;
}

const looksEscaped = (name: string): boolean => /%(?:[0-9A-F]{2}|~)/.test(name);
const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** Text of UTF-8 bytes, or null when they are none. */
export function decodeUtf8(bytes: string): string | null {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = utf8SequenceLength(bytes, i);
    if (length === 0) return null;
    const first = bytes.charCodeAt(i);
    let point = length === 1 ? first : first & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) point = (point << 6) | (bytes.charCodeAt(i + k) & 0x3f);
    text += String.fromCodePoint(point);
    i += length;
  }
  return text;
}

/** UTF-8 bytes of a text, one character a byte. */
export function encodeUtf8(text: string): string {
  let bytes = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes += character;
    else if (point < 0x8_00) bytes += String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x1_00_00)
      bytes += String.fromCharCode(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else
      bytes += String.fromCharCode(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 0x3f),
        0x80 | ((point >> 6) & 0x3f),
        0x80 | (point & 0x3f),
      );
  }
  return bytes;
}

const utf8Length = (text: string): number => encodeUtf8(text).length;

/** How many bytes the character at `at` has; 0 when no valid one begins there (surrogates and long forms are none). */
function utf8SequenceLength(bytes: string, at: number): 0 | 1 | 2 | 3 | 4 {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes.charCodeAt(at + 1);
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let k = 2; k < length; k++) if ((bytes.charCodeAt(at + k) & 0xc0) !== 0x80) return 0;
  return length;
}

/** FNV-1a, 32 bits: tells names apart, proves nothing. */
function hash32(bytes: string, salt: number): string {
  let hash = 0x811c9dc5 ^ salt;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
