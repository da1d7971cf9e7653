import { childBoxes, findBox } from './mp4-boxes.ts';
import type { Box } from './mp4-boxes.ts';
import { codecOfSampleEntry } from './codec.ts';
import type { CodecVerdict } from './codec.ts';
import { frameTableOf, ProbeFault } from './probe-result.ts';
import type { FrameTable } from './probe-result.ts';

export type Mp4Track = {
  readonly codec: CodecVerdict;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  /** Null when the frames are listed in fragments after the `moov` box instead of in it. */
  readonly frames: FrameTable | null;
};

/** More frames than any clip: two hours at 60 frames a second. */
const maxFrames = 432_000;

/**
 * The first video track of a movie. Source: ISO 14496-12.
 * Throws `ProbeFault` for tables that contradict themselves or run out of their boxes.
 */
export function readVideoTrack(moov: Buffer, fileSizeBytes: number): Mp4Track {
  const whole = { start: 0, end: moov.length };
  const boxes = childBoxes(moov, 0, moov.length);
  const isFragmented = boxes.some((box) => box.type === 'mvex');
  const mvhd = findBox(moov, whole, 'mvhd');
  const movieTimescale =
    mvhd === null ? 1000 : moov.readUInt32BE(mvhd.start + (moov.readUInt8(mvhd.start) === 1 ? 20 : 12));
  for (const trak of boxes.filter((box) => box.type === 'trak')) {
    const handler = findBox(moov, trak, 'mdia', 'hdlr');
    if (handler === null || moov.toString('latin1', handler.start + 8, handler.start + 12) !== 'vide') continue;
    return readTrack(moov, trak, { movieTimescale, fileSizeBytes, isFragmented });
  }
  throw new ProbeFault('no_video_track', 'The file has no video track.');
}

type Around = { readonly movieTimescale: number; readonly fileSizeBytes: number; readonly isFragmented: boolean };

function readTrack(moov: Buffer, trak: Box, around: Around): Mp4Track {
  const need = (...path: string[]): Box => {
    const box = findBox(moov, trak, ...path);
    if (box === null) throw new ProbeFault('damaged', `The packet table lacks its "${path.at(-1) ?? ''}" part.`);
    return box;
  };
  const stsd = need('mdia', 'minf', 'stbl', 'stsd');
  const entry = childBoxes(moov, stsd.start + 8, stsd.end)[0];
  if (entry === undefined || entry.end - entry.start < 78)
    throw new ProbeFault('damaged', 'The file does not say how its video is encoded.');
  const stbl = need('mdia', 'minf', 'stbl');
  const mdhd = need('mdia', 'mdhd');
  const timescale = moov.readUInt32BE(mdhd.start + (moov.readUInt8(mdhd.start) === 1 ? 20 : 12));
  if (timescale === 0) throw new ProbeFault('damaged', 'The clock of the video track has no rate.');
  const sizes = readSampleSizes(moov, stbl);
  const startTime = readEditStart(moov, trak, timescale, around.movieTimescale);
  const areFramesElsewhere = around.isFragmented && sizes.length === 0;
  return {
    codec: codecOfSampleEntry(entry.type, moov, entry),
    widthPx: moov.readUInt16BE(entry.start + 24),
    heightPx: moov.readUInt16BE(entry.start + 26),
    rotationDegrees: readRotation(moov, need('tkhd')),
    frames: areFramesElsewhere
      ? null
      : readFrames(moov, stbl, { sizes, startTime, timescale, fileSizeBytes: around.fileSizeBytes }),
  };
}

type FrameInputs = {
  readonly sizes: Uint32Array;
  readonly startTime: number;
  readonly timescale: number;
  readonly fileSizeBytes: number;
};

function readFrames(moov: Buffer, stbl: Box, inputs: FrameInputs): FrameTable {
  const { sizes, timescale } = inputs;
  const durations = expandRuns(moov, findBox(moov, stbl, 'stts'), sizes.length, (at) => moov.readUInt32BE(at));
  const offsets = expandRuns(moov, findBox(moov, stbl, 'ctts'), sizes.length, (at) => moov.readInt32BE(at));
  const keyframes = readKeyframes(moov, stbl);
  const ends = sampleEnds(moov, stbl, sizes);
  if (sizes.length > 0 && durations.length === 0)
    throw new ProbeFault('damaged', 'The packet table gives no times for its frames.');
  const frames: { seconds: number; isKey: boolean; isOnDisk: boolean }[] = [];
  let decodeTime = 0;
  // A frame without a time can't be placed; a muxer that stopped early leaves such a tail.
  for (let index = 0; index < durations.length; index += 1) {
    frames.push({
      seconds: (decodeTime + (offsets[index] ?? 0) - inputs.startTime) / timescale,
      isKey: keyframes === null || keyframes.has(index + 1),
      isOnDisk: (ends[index] ?? Number.POSITIVE_INFINITY) <= inputs.fileSizeBytes,
    });
    decodeTime += durations[index] ?? 0;
  }
  const lastDuration = durations.at(-1) ?? 0;
  return frameTableOf(frames, lastDuration === 0 ? null : lastDuration / timescale);
}

/** Bytes of each frame, from `stsz` or its compact form `stz2`. */
function readSampleSizes(moov: Buffer, stbl: Box): Uint32Array {
  const stsz = findBox(moov, stbl, 'stsz');
  if (stsz !== null) {
    const fixed = moov.readUInt32BE(stsz.start + 4);
    const count = checkedCount(moov.readUInt32BE(stsz.start + 8));
    if (fixed !== 0) return new Uint32Array(count).fill(fixed);
    return Uint32Array.from({ length: count }, (_, index) => readInside(moov, stsz, stsz.start + 12 + index * 4));
  }
  const stz2 = findBox(moov, stbl, 'stz2');
  if (stz2 === null) return new Uint32Array(0);
  const bits = moov.readUInt8(stz2.start + 7);
  const count = checkedCount(moov.readUInt32BE(stz2.start + 8));
  return Uint32Array.from({ length: count }, (_, index) => {
    const at = stz2.start + 12 + Math.floor((index * bits) / 8);
    if (bits === 16) return moov.readUInt16BE(at);
    const byte = moov.readUInt8(at);
    return bits === 8 ? byte : index % 2 === 0 ? byte >> 4 : byte & 15;
  });
}

/** Run-length tables: pairs of (how many frames, value). Cut at `limit` frames, so that a false count costs nothing. */
function expandRuns(
  moov: Buffer,
  box: Box | null,
  limit: number,
  readValue: (at: number) => number,
): readonly number[] {
  if (box === null) return [];
  const values: number[] = [];
  const runCount = moov.readUInt32BE(box.start + 4);
  for (let run = 0; run < runCount && values.length < limit; run += 1) {
    const at = box.start + 8 + run * 8;
    const count = Math.min(readInside(moov, box, at), limit - values.length);
    const value = readValue(at + 4);
    for (let index = 0; index < count; index += 1) values.push(value);
  }
  return values;
}

/** Numbers (from 1) of the frames that decode on their own; null when all of them do. */
function readKeyframes(moov: Buffer, stbl: Box): ReadonlySet<number> | null {
  const stss = findBox(moov, stbl, 'stss');
  if (stss === null) return null;
  const count = checkedCount(moov.readUInt32BE(stss.start + 4));
  const numbers = new Set<number>();
  for (let index = 0; index < count; index += 1) numbers.add(readInside(moov, stss, stss.start + 8 + index * 4));
  return numbers;
}

/** The byte after each frame, from the chunk tables. Tells which frames a shortened file still has. */
function sampleEnds(moov: Buffer, stbl: Box, sizes: Uint32Array): readonly number[] {
  const stco = findBox(moov, stbl, 'stco');
  const co64 = findBox(moov, stbl, 'co64');
  const stsc = findBox(moov, stbl, 'stsc');
  const chunks = stco ?? co64;
  if (chunks === null || stsc === null) return [];
  const chunkCount = moov.readUInt32BE(chunks.start + 4);
  const runCount = moov.readUInt32BE(stsc.start + 4);
  const ends: number[] = [];
  let run = 0;
  for (let chunk = 0; chunk < chunkCount && ends.length < sizes.length; chunk += 1) {
    const nextRunAt = stsc.start + 8 + (run + 1) * 12;
    if (run + 1 < runCount && readInside(moov, stsc, nextRunAt) <= chunk + 1) run += 1;
    const samplesInChunk = readInside(moov, stsc, stsc.start + 8 + run * 12 + 4);
    let position =
      stco === null
        ? Number(moov.readBigUInt64BE(chunks.start + 8 + chunk * 8))
        : readInside(moov, chunks, chunks.start + 8 + chunk * 4);
    for (let index = 0; index < samplesInChunk && ends.length < sizes.length; index += 1) {
      position += sizes[ends.length] ?? 0;
      ends.push(position);
    }
  }
  return ends;
}

/** Media time that is presentation time zero: the first real edit, less the empty time before it. */
function readEditStart(moov: Buffer, trak: Box, timescale: number, movieTimescale: number): number {
  const elst = findBox(moov, trak, 'edts', 'elst');
  if (elst === null) return 0;
  const isLong = moov.readUInt8(elst.start) === 1;
  const count = moov.readUInt32BE(elst.start + 4);
  let emptyTime = 0;
  for (let index = 0; index < count; index += 1) {
    const at = elst.start + 8 + index * (isLong ? 20 : 12);
    if (at + (isLong ? 20 : 12) > elst.end) break;
    const duration = isLong ? Number(moov.readBigUInt64BE(at)) : moov.readUInt32BE(at);
    const mediaTime = isLong ? Number(moov.readBigInt64BE(at + 8)) : moov.readInt32BE(at + 4);
    if (mediaTime === -1) emptyTime += duration;
    else return mediaTime - (movieTimescale === 0 ? 0 : Math.round((emptyTime / movieTimescale) * timescale));
  }
  return 0;
}

/** From the track's matrix, to the nearest quarter turn. */
function readRotation(moov: Buffer, tkhd: Box): 0 | 90 | 180 | 270 {
  const matrixAt = tkhd.start + (moov.readUInt8(tkhd.start) === 1 ? 52 : 40);
  const degrees = (Math.atan2(moov.readInt32BE(matrixAt + 4), moov.readInt32BE(matrixAt)) * 180) / Math.PI;
  const quarter = ((Math.round(degrees / 90) % 4) + 4) % 4;
  return quarter === 1 ? 90 : quarter === 2 ? 180 : quarter === 3 ? 270 : 0;
}

function checkedCount(count: number): number {
  if (count > maxFrames)
    throw new ProbeFault('too_large', `The packet table claims ${count} frames, more than any clip has.`);
  return count;
}

function readInside(moov: Buffer, box: Box, at: number): number {
  if (at + 4 > box.end)
    throw new ProbeFault('damaged', `The "${box.type}" part of the packet table is shorter than it says.`);
  return moov.readUInt32BE(at);
}
