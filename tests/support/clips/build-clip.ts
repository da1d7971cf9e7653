import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawPicture } from './picture.ts';

export type ClipSpec = {
  readonly name: string;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly fps?: number;
  readonly frameCount?: number;
  /** Number carried by the first picture; each next one carries one more. */
  readonly firstCode?: number;
  readonly seed?: number;
  /** Frames from keyframe to keyframe; 250 leaves one keyframe in a short clip. */
  readonly gop?: number;
  /** Levels of noise: without any, a clip decodes faster than a real one. */
  readonly grain?: number;
  readonly encode?: readonly string[];
};

/** Part of every cached file's name: change it when the pictures or the encoding change. */
const VERSION = 3;
const folder = join(tmpdir(), `control-room-clips-${VERSION}`);

/** Encodes a clip with ffmpeg (once; later calls find it in the temporary folder) and answers its path. */
export async function buildClip(spec: ClipSpec): Promise<string> {
  const full = {
    widthPx: 640,
    heightPx: 480,
    fps: 10,
    frameCount: 73,
    firstCode: 0,
    seed: 1,
    gop: 250,
    grain: 0,
    encode: ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-bf', '2'],
    ...spec,
  };
  return await cached(spec.name, JSON.stringify(full), async (target) => {
    const args = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      'yuv420p',
      '-s',
      `${full.widthPx}x${full.heightPx}`,
      '-r',
      String(full.fps),
      '-i',
      '-',
      ...full.encode,
    ];
    const isX264 = full.encode.includes('libx264');
    await ffmpeg(
      [
        ...args,
        ...(isX264 ? ['-g', String(full.gop), '-sc_threshold', '0'] : []),
        '-pix_fmt',
        'yuv420p',
        '-movflags',
        '+faststart',
        target,
      ],
      (function* () {
        for (let frame = 0; frame < full.frameCount; frame++)
          yield drawPicture(full, full.firstCode + frame, full.seed, full.grain);
      })(),
    );
  });
}

/** Makes a clip from another one with ffmpeg: `before` the input, `after` it. */
export async function deriveClip(
  name: string,
  source: string,
  before: readonly string[],
  after: readonly string[],
): Promise<string> {
  return await cached(name, JSON.stringify([source, before, after]), async (target) => {
    await ffmpeg([...before, '-i', source, ...after, target]);
  });
}

/** Makes a clip from another one's bytes. */
export async function alterClip(
  name: string,
  source: string,
  key: string,
  alter: (bytes: Buffer) => Buffer,
): Promise<string> {
  return await cached(name, JSON.stringify([source, key]), async (target) => {
    await writeFile(target, alter(await readFile(source)));
  });
}

/** The decoded planes of every frame as ffmpeg makes them: I420, one after the other. `yuvj420p` keeps full range as it is. */
export async function decodeWithFfmpeg(path: string, pixelFormat: 'yuv420p' | 'yuvj420p' = 'yuv420p'): Promise<Buffer> {
  return await ffmpeg(['-i', path, '-f', 'rawvideo', '-pix_fmt', pixelFormat, '-fps_mode', 'passthrough', '-']);
}

async function cached(name: string, key: string, make: (target: string) => Promise<void>): Promise<string> {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 10);
  const path = join(folder, `${name}-${hash}.mp4`);
  try {
    await access(path);
    return path;
  } catch {
    await mkdir(folder, { recursive: true });
  }
  const half = join(folder, `half-${process.pid}-${name}-${hash}.mp4`);
  await make(half);
  await rename(half, path);
  return path;
}

async function ffmpeg(args: readonly string[], frames?: Iterable<Uint8Array>): Promise<Buffer> {
  const child = spawn('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const closed = once(child, 'close') as Promise<[number | null]>;
  for (const frame of frames ?? []) if (!child.stdin.write(frame)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [exitCode] = await closed;
  if (exitCode !== 0) throw new Error(`ffmpeg ended with ${exitCode}: ${Buffer.concat(errors).toString()}`);
  return Buffer.concat(out);
}
