import { join } from 'node:path';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { DepthFile } from '#shared/model/orientation.ts';
import type { Transform } from '#shared/rules/orientation/transforms.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import { decodeLuma, type LumaFile } from './decode-luma.ts';
import type { ExaminedDepth } from './orientation-tasks.ts';

/** A depth file with its planes decoded, or why there are none. */
export type OpenedDepth = { readonly file: DepthFile } & (
  | { readonly ok: true; readonly luma: LumaFile }
  | { readonly ok: false; readonly because: string }
);

/** Faults of one file: they are its finding. Anything else (a full disk, a cancel, a lost thread) ends the job. */
const faultsOfFiles: ReadonlySet<string> = new Set([
  'file_missing',
  'path_unreadable',
  'conflict',
  'file_damaged',
  'not_supported_here',
  'tool_failed',
]);

/** Examines and decodes one depth file; what is wrong with it is an answer. */
export async function openDepth(
  deps: {
    readonly tasks: TaskPool;
    readonly run: RunTool;
    readonly ffmpeg: { readonly path: string };
    readonly mediaSalt: string;
    readonly signal: AbortSignal;
  },
  of: { readonly root: string; readonly path: string; readonly turned: Transform; readonly destination: string },
): Promise<OpenedDepth> {
  const source = join(of.root, of.path);
  let file = unseen(of.path);
  try {
    const seen = await deps.tasks.call(
      'orientation.examine',
      { path: source, mediaSalt: deps.mediaSalt },
      { signal: deps.signal },
    );
    file = fileOf(of.path, seen);
    if (!seen.ok) return { file, ok: false, because: `${of.path} can not be read as a clip. ${seen.because}` };
    const luma = await decodeLuma({
      ffmpegPath: deps.ffmpeg.path,
      run: deps.run,
      source,
      probe: seen.probe,
      turned: of.turned,
      destination: of.destination,
      signal: deps.signal,
    });
    const after = await deps.tasks.call(
      'orientation.examine',
      { path: source, mediaSalt: deps.mediaSalt },
      { signal: deps.signal },
    );
    if (after.sha256 !== seen.sha256)
      throw new RoomError('conflict', `${of.path} was changed by another program while it was decoded.`);
    return { file, ok: true, luma };
  } catch (thrown) {
    const error = toErrorPayload(thrown);
    if (deps.signal.aborted || !faultsOfFiles.has(error.code)) throw thrown;
    return { file, ok: false, because: error.message };
  }
}

const unseen = (path: string): DepthFile => ({
  path,
  mediaId: null,
  sha256: null,
  sizeBytes: null,
  frameCount: null,
  fps: null,
  widthPx: null,
  heightPx: null,
  rotationDegrees: null,
});

function fileOf(path: string, seen: ExaminedDepth): DepthFile {
  const known = { ...unseen(path), mediaId: seen.mediaId, sha256: seen.sha256, sizeBytes: seen.sizeBytes };
  if (!seen.ok) return known;
  const { frameCount, fps, widthPx, heightPx, rotationDegrees } = seen.probe;
  return { ...known, frameCount, fps, widthPx, heightPx, rotationDegrees };
}
