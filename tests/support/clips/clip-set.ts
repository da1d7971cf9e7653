import { alterClip, buildClip, deriveClip } from './build-clip.ts';

const encoderDefaults = ['-c:v', 'libx264'];

/** Clips of the player's tests, by name; each is built when it is first asked for. */
export const clipSet = {
  /** 480p, one keyframe in 73, B-frames: what the pipeline's encoders write. */
  long: () => buildClip({ name: 'long', seed: 1 }),
  longOther: () => buildClip({ name: 'long-other', seed: 9 }),
  /** Frames 12 to 60 of the same source. */
  trimWindow: () => buildClip({ name: 'trim-window', seed: 5, firstCode: 12, frameCount: 49 }),
  key10: () => buildClip({ name: 'key10', seed: 2, gop: 10 }),
  key10Other: () => buildClip({ name: 'key10-other', seed: 8, gop: 10 }),
  intra: () => buildClip({ name: 'intra', seed: 3, gop: 1 }),
  openGop: () =>
    buildClip({
      name: 'open-gop',
      seed: 4,
      gop: 12,
      encode: [
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-crf',
        '20',
        '-bf',
        '3',
        '-x264-params',
        'open-gop=1:keyint=12:min-keyint=12:scenecut=0',
      ],
    }),
  hd: () => buildClip({ name: 'hd', seed: 6, widthPx: 1280, heightPx: 720, fps: 30, frameCount: 121 }),
  hdOther: () => buildClip({ name: 'hd-other', seed: 7, widthPx: 1280, heightPx: 720, fps: 30, frameCount: 121 }),
  fps30: () => buildClip({ name: 'fps30', seed: 3, fps: 30, frameCount: 219 }),
  /** As dense as the pipeline's clips (about 600 kB for 73 frames), with the encoder's own settings: for the bench. */
  dense: () => buildClip({ name: 'dense', seed: 1, grain: 5, encode: encoderDefaults }),
  denseOther: () => buildClip({ name: 'dense-other', seed: 9, grain: 5, encode: encoderDefaults }),
  denseKey10: () => buildClip({ name: 'dense-key10', seed: 2, grain: 5, gop: 10, encode: encoderDefaults }),
  denseIntra: () => buildClip({ name: 'dense-intra', seed: 3, grain: 5, gop: 1, encode: encoderDefaults }),
  denseHd: () =>
    buildClip({
      name: 'dense-hd',
      seed: 6,
      grain: 7,
      widthPx: 1280,
      heightPx: 720,
      fps: 30,
      frameCount: 121,
      encode: encoderDefaults,
    }),
  fullRange709: () =>
    buildClip({
      name: 'full-range',
      seed: 2,
      frameCount: 12,
      encode: [
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-crf',
        '20',
        '-color_range',
        'pc',
        '-colorspace',
        'bt709',
        '-color_primaries',
        'bt709',
        '-color_trc',
        'bt709',
      ],
    }),
  /** Cut by stream copy: an edit list hides what lies before the cut. */
  trimmedByCopy: async () => await deriveClip('trimmed-copy', await clipSet.key10(), ['-ss', '1.05'], ['-c', 'copy']),
  fragmented: async () =>
    await deriveClip(
      'fragmented',
      await clipSet.long(),
      [],
      ['-c', 'copy', '-movflags', 'frag_keyframe+empty_moov+default_base_moof'],
    ),
  /** Pictures 20 and 21 were never written; the times tell. */
  dropped: async () =>
    await deriveClip(
      'dropped',
      await clipSet.long(),
      [],
      [
        '-vf',
        "select='not(eq(n,20)+eq(n,21))'",
        '-fps_mode',
        'passthrough',
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-crf',
        '20',
        '-g',
        '250',
      ],
    ),
  mpeg4: async () => await deriveClip('mpeg4', await clipSet.long(), [], ['-c:v', 'mpeg4', '-q:v', '5']),
  truncated: async () =>
    await alterClip('truncated', await clipSet.long(), 'first 65 %', (bytes) =>
      bytes.subarray(0, Math.floor(bytes.length * 0.65)),
    ),
  withoutIndex: async () =>
    await alterClip('without-index', await clipSet.long(), 'no moov', (bytes) =>
      bytes.subarray(bytes.indexOf('mdat') - 4),
    ),
  empty: async () => await alterClip('empty', await clipSet.long(), 'nothing', () => Buffer.alloc(0)),
  notVideo: async () =>
    await alterClip('not-video', await clipSet.long(), 'text', () => Buffer.from('{"status": "pending"}\n')),
  /** A stretch of the pictures' data overwritten, in a clip with a keyframe every 10. */
  damaged: async () =>
    await alterClip('damaged', await clipSet.key10(), 'noise at 45 %', (bytes) => noiseAt(bytes, 0.45, 6000)),
  damagedLong: async () =>
    await alterClip('damaged-long', await clipSet.long(), 'noise at 50 %', (bytes) => noiseAt(bytes, 0.5, 6000)),
} as const;
export type ClipName = keyof typeof clipSet;

function noiseAt(bytes: Buffer, share: number, length: number): Buffer {
  const altered = Buffer.from(bytes);
  const start = Math.floor(bytes.length * share);
  let state = 12_345;
  for (let at = start; at < start + length && at < altered.length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    altered[at] = state >> 16;
  }
  return altered;
}
