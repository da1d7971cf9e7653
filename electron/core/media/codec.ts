import { childBoxes, printable } from './mp4-boxes.ts';

export type CodecVerdict = {
  readonly codec: string;
  readonly codecName: string;
  readonly playable: boolean;
  readonly unplayableBecause: string | null;
};

const mp4vReason =
  'MPEG-4 Part 2 (mp4v), which Chromium can not decode. The pipeline wrote this before 2 March 2026; convert it to a cached H.264 copy.';

function plays(codec: string, codecName: string): CodecVerdict {
  return { codec, codecName, playable: true, unplayableBecause: null };
}

function doesNotPlay(codec: string, codecName: string, unplayableBecause: string): CodecVerdict {
  return { codec, codecName, playable: false, unplayableBecause };
}

function unknownToChromium(codec: string, codecName: string): CodecVerdict {
  return doesNotPlay(
    codec,
    codecName,
    `${codecName} (${codec}), which Chromium can not decode. Convert it to a cached H.264 copy.`,
  );
}

/** Sample entry types that are told apart only by name. */
const otherNames: Readonly<Record<string, string>> = {
  jpeg: 'Motion JPEG',
  mjpa: 'Motion JPEG',
  mjpb: 'Motion JPEG',
  'png ': 'PNG frames',
  'raw ': 'Uncompressed',
  s263: 'H.263',
  h263: 'H.263',
  apcn: 'ProRes',
  apch: 'ProRes',
  apcs: 'ProRes',
  apco: 'ProRes',
  ap4h: 'ProRes',
  ffv1: 'FFV1',
  FFV1: 'FFV1',
};

/**
 * What the codec of an MP4 video track is and whether Chromium decodes it, from its sample entry.
 * `entry` runs from after the box head to the end; its own boxes start 78 bytes in.
 */
export function codecOfSampleEntry(
  type: string,
  moov: Buffer,
  entry: { readonly start: number; readonly end: number },
): CodecVerdict {
  const boxes = childBoxes(moov, entry.start + 78, entry.end);
  const configOf = (name: string): Buffer | null => {
    const box = boxes.find((candidate) => candidate.type === name);
    return box === undefined ? null : moov.subarray(box.start, box.end);
  };
  switch (type) {
    case 'avc1':
    case 'avc3':
      return codecOfAvc(type, configOf('avcC'));
    case 'hvc1':
    case 'hev1':
    case 'dvh1':
    case 'dvhe':
      return doesNotPlay(
        type,
        'HEVC',
        'HEVC (H.265), which Chromium decodes only on some machines. Convert it to a cached H.264 copy.',
      );
    case 'vp08':
      return plays('vp8', 'VP8');
    case 'vp09':
      return codecOfVp9(configOf('vpcC'));
    case 'av01':
      return codecOfAv1(configOf('av1C'));
    case 'mp4v':
      return codecOfMp4v(configOf('esds'));
    case 'encv':
      return doesNotPlay(type, 'Encrypted video', 'The video is encrypted.');
    default: {
      const name = printable(type);
      return unknownToChromium(name, otherNames[type] ?? `The codec "${name}"`);
    }
  }
}

const hex2 = (value: number): string => value.toString(16).padStart(2, '0');
const two = (value: number): string => String(value).padStart(2, '0');

/** Profile, constraints and level from the decoder record; chroma and depth from the sequence parameters inside it. */
function codecOfAvc(type: string, record: Buffer | null): CodecVerdict {
  if (record === null || record.length < 7) return doesNotPlay(type, 'H.264', 'H.264 without its decoder settings.');
  const profile = record.readUInt8(1);
  const codec = `${type}.${hex2(profile)}${hex2(record.readUInt8(2))}${hex2(record.readUInt8(3))}`;
  if (profile === 66 || profile === 77) return plays(codec, 'H.264');
  if (profile === 100) {
    const picture = readHighProfile(record);
    if (picture === null || (picture.chromaFormat === 1 && picture.bitDepth === 8)) return plays(codec, 'H.264');
    return doesNotPlay(
      codec,
      'H.264',
      `H.264 with ${describePicture(picture)}: only 8 bits with 4:2:0 colour is sure to be decoded. Convert it to a cached H.264 copy.`,
    );
  }
  return doesNotPlay(
    codec,
    'H.264',
    `H.264 of profile ${profile}: only Baseline, Main and High (8 bits, 4:2:0) are sure to be decoded. Convert it to a cached H.264 copy.`,
  );
}

type AvcPicture = { readonly chromaFormat: number; readonly bitDepth: number };

function describePicture(picture: AvcPicture): string {
  const chroma =
    ['no colour', '4:2:0 colour', '4:2:2 colour', '4:4:4 colour'][picture.chromaFormat] ?? 'unknown colour';
  return `${picture.bitDepth} bits and ${chroma}`;
}

/** Chroma format and luma depth from the first sequence parameter set of a High profile record (H.264, 7.3.2.1.1). */
function readHighProfile(record: Buffer): AvcPicture | null {
  const spsCount = record.readUInt8(5) & 31;
  if (spsCount === 0 || record.length < 13) return null;
  // Byte 8 is the NAL head; profile, constraints and level follow, then variable-length numbers.
  const readNumber = exponentialGolombReader(record, 12);
  readNumber();
  const chromaFormat = readNumber();
  const bitDepth = readNumber();
  return chromaFormat === null || bitDepth === null || chromaFormat > 3
    ? null
    : { chromaFormat, bitDepth: bitDepth + 8 };
}

/** Reads unsigned Exp-Golomb numbers; null at the end of the bytes. The few numbers read here need no escape removal. */
function exponentialGolombReader(bytes: Buffer, start: number): () => number | null {
  let bitPosition = start * 8;
  const readBit = (): number | null => {
    const byte = bytes[bitPosition >> 3];
    if (byte === undefined) return null;
    const bit = (byte >> (7 - (bitPosition & 7))) & 1;
    bitPosition += 1;
    return bit;
  };
  return () => {
    let zeros = 0;
    for (;;) {
      const bit = readBit();
      if (bit === null || zeros > 24) return null;
      if (bit === 1) break;
      zeros += 1;
    }
    let value = 1;
    for (let index = 0; index < zeros; index += 1) {
      const bit = readBit();
      if (bit === null) return null;
      value = value * 2 + bit;
    }
    return value - 1;
  };
}

function codecOfVp9(record: Buffer | null): CodecVerdict {
  if (record === null || record.length < 7) return plays('vp09.00.10.08', 'VP9');
  return plays(`vp09.${two(record.readUInt8(4))}.${two(record.readUInt8(5))}.${two(record.readUInt8(6) >> 4)}`, 'VP9');
}

function codecOfAv1(record: Buffer | null): CodecVerdict {
  if (record === null || record.length < 4) return plays('av01.0.04M.08', 'AV1');
  const second = record.readUInt8(1);
  const third = record.readUInt8(2);
  const isDeep = (third & 0x40) !== 0;
  const depth = isDeep ? ((third & 0x20) !== 0 ? 12 : 10) : 8;
  return plays(`av01.${second >> 5}.${two(second & 31)}${(third & 0x80) !== 0 ? 'H' : 'M'}.${two(depth)}`, 'AV1');
}

/** `mp4v` names a family: the object type in the ES descriptor says which member. */
function codecOfMp4v(esds: Buffer | null): CodecVerdict {
  const objectType = esds === null ? null : readObjectType(esds);
  if (objectType !== null && objectType >= 0x60 && objectType <= 0x65) return unknownToChromium('mp4v', 'MPEG-2');
  if (objectType === 0x6a) return unknownToChromium('mp4v', 'MPEG-1');
  if (objectType === 0x6c) return unknownToChromium('mp4v', 'Motion JPEG');
  if (objectType === 0x6d) return unknownToChromium('mp4v', 'PNG frames');
  return doesNotPlay('mp4v', 'MPEG-4 Part 2', mp4vReason);
}

/** Object type indication of the decoder configuration in an `esds` box (ISO 14496-1, 7.2.6); null when it is not there. */
function readObjectType(esds: Buffer): number | null {
  let position = 4;
  const enter = (tag: number): boolean => {
    if (esds[position] !== tag) return false;
    position += 1;
    for (let count = 0; count < 4; count += 1) {
      const byte = esds[position];
      position += 1;
      if (byte === undefined) return false;
      if ((byte & 0x80) === 0) return true;
    }
    return true;
  };
  if (!enter(3)) return null;
  const flags = esds[position + 2] ?? 0;
  position += 3;
  if ((flags & 0x80) !== 0) position += 2;
  if ((flags & 0x40) !== 0) position += 1 + (esds[position] ?? 0);
  if ((flags & 0x20) !== 0) position += 2;
  return enter(4) ? (esds[position] ?? null) : null;
}

/** The same verdict for a container whose reader names the codec itself (`vp9`, `av1`, `avc`, …). */
export function codecOfName(name: string | null, codecString: string | null): CodecVerdict {
  switch (name) {
    case 'vp8':
      return plays('vp8', 'VP8');
    case 'vp9':
      return plays(codecString ?? 'vp09.00.10.08', 'VP9');
    case 'av1':
      return plays(codecString ?? 'av01.0.04M.08', 'AV1');
    case 'avc':
      return plays(codecString ?? 'avc1', 'H.264');
    case null:
      return unknownToChromium('unknown', 'An unknown codec');
    default:
      return unknownToChromium(codecString ?? name, name.toUpperCase());
  }
}
