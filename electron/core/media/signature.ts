import { RoomError } from '#shared/errors.ts';
import { runTool } from '../tools/run-tool.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';

/** Pictures of a signature, spread evenly over the clip, and the size of each. */
export const signatureFrames = 8;
export const signatureSidePx = 16;

export type LumaSignature = {
  /** Which source frames, in order; fewer than 8 for a shorter clip. */
  readonly frameIndexes: readonly number[];
  /** 16 x 16 brightness values (0 to 255) of each frame, one after the other. */
  readonly luma: Uint8Array;
};

export type SignatureRequest = {
  readonly ffmpegPath: string;
  readonly path: string;
  /** As probed: decides which frames are taken. */
  readonly frameCount: number;
  readonly signal?: AbortSignal;
  readonly run?: RunTool;
};

/** The frames a signature is taken of: the first, the last and evenly between. */
export function signatureFrameIndexes(frameCount: number): readonly number[] {
  const count = Math.min(signatureFrames, frameCount);
  if (count <= 1) return count === 1 ? [0] : [];
  return Array.from({ length: count }, (_, index) => Math.round((index * (frameCount - 1)) / (count - 1)));
}

/**
 * What a clip looks like at low resolution, by ffmpeg: the same for two encodings of the same pictures.
 * Throws `tool_missing`, `tool_failed`, `cancelled`; `file_damaged` when some of the frames can't be decoded.
 */
export async function readSignature(request: SignatureRequest): Promise<LumaSignature> {
  const frameIndexes = signatureFrameIndexes(request.frameCount);
  if (frameIndexes.length === 0) return { frameIndexes, luma: new Uint8Array(0) };
  const wanted = frameIndexes.map((index) => `eq(n\\,${index})`).join('+');
  const filter = `select=${wanted},scale=${signatureSidePx}:${signatureSidePx}:flags=area,format=gray`;
  const run = request.run ?? runTool;
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const input = ['-protocol_whitelist', 'file,pipe', '-i', `file:${request.path}`];
  // Even times and one rate: otherwise frames would be repeated to fill the gaps between those that were picked.
  const pictures = ['-map', '0:v:0', '-an', '-vf', `${filter},setpts=N/25/TB`, '-r', '25'];
  const output = ['-frames:v', String(frameIndexes.length), '-f', 'rawvideo', 'pipe:1'];
  const { stdout } = await run({
    path: request.ffmpegPath,
    args: [...quiet, ...input, ...pictures, ...output],
    signal: request.signal,
    timeoutMs: 60_000,
  });
  const bytesWanted = frameIndexes.length * signatureSidePx * signatureSidePx;
  if (stdout.length !== bytesWanted) {
    const count = Math.floor(stdout.length / (signatureSidePx * signatureSidePx));
    throw new RoomError('file_damaged', `${count} of the ${frameIndexes.length} frames to compare could be decoded.`);
  }
  return { frameIndexes, luma: new Uint8Array(stdout) };
}

export type SignatureAgreement = {
  /** Pearson correlation of all values, -1 to 1; null when one clip is of one flat grey. */
  readonly correlation: number | null;
  /** Mean absolute difference in brightness steps, 0 to 255, averaged over the frame that differs most. */
  readonly worstFrameDifference: number;
};

/** How alike two signatures are; null when they are not of the same frames. */
export function compareSignatures(a: LumaSignature, b: LumaSignature): SignatureAgreement | null {
  if (a.luma.length === 0 || a.luma.length !== b.luma.length || a.frameIndexes.join() !== b.frameIndexes.join())
    return null;
  const frameValues = signatureSidePx * signatureSidePx;
  let worstFrameDifference = 0;
  for (let start = 0; start < a.luma.length; start += frameValues) {
    let sum = 0;
    for (let index = start; index < start + frameValues; index += 1)
      sum += Math.abs((a.luma[index] ?? 0) - (b.luma[index] ?? 0));
    worstFrameDifference = Math.max(worstFrameDifference, sum / frameValues);
  }
  return { correlation: correlate(a.luma, b.luma), worstFrameDifference };
}

function correlate(a: Uint8Array, b: Uint8Array): number | null {
  const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanA = mean(a);
  const meanB = mean(b);
  let both = 0;
  let onlyA = 0;
  let onlyB = 0;
  for (let index = 0; index < a.length; index += 1) {
    const offA = (a[index] ?? 0) - meanA;
    const offB = (b[index] ?? 0) - meanB;
    both += offA * offB;
    onlyA += offA * offA;
    onlyB += offB * offB;
  }
  return onlyA === 0 || onlyB === 0 ? null : both / Math.sqrt(onlyA * onlyB);
}

/** For a text column; `parseSignature` reads it back. */
export function formatSignature(signature: LumaSignature): string {
  return `1:${signature.frameIndexes.join(',')}:${Buffer.from(signature.luma).toString('base64')}`;
}

/** Null for a text of another version or shape. */
export function parseSignature(text: string): LumaSignature | null {
  const match = /^1:([\d,]*):([A-Za-z0-9+/=]*)$/.exec(text);
  if (match === null) return null;
  const frameIndexes = (match[1] ?? '') === '' ? [] : (match[1] ?? '').split(',').map(Number);
  const luma = new Uint8Array(Buffer.from(match[2] ?? '', 'base64'));
  return luma.length === frameIndexes.length * signatureSidePx * signatureSidePx ? { frameIndexes, luma } : null;
}
