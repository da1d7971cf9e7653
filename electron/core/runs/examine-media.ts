import { join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import type { MediaVersion } from '../media/store.ts';
import type { FingerprintedMedia } from '../tasks/fingerprint-clips.ts';
import { stopsImport, type ImportDeps } from './import-deps.ts';

/** Probes and hashes the versions nobody has looked at yet. */
export async function examineMedia(
  deps: ImportDeps,
  versions: readonly FingerprintedMedia[],
  root: string,
  signal: AbortSignal,
  problems: ReadProblem[],
): Promise<void> {
  const unknown = new Set(await deps.database.read('media.unknown', { mediaIds: versions.map((it) => it.mediaId) }));
  const examined: MediaVersion[] = [];
  for (const version of versions) {
    if (!unknown.has(version.mediaId)) continue;
    try {
      const { sha256, probe, problem } = await deps.tasks.call('media.examine', { path: version.path }, { signal });
      if (problem !== null) problems.push({ path: version.path, code: 'damaged_media', message: problem });
      // The pipeline converts clips in place that are not H.264 yet: keep what they look like while they are here.
      const signature =
        probe.codec === null || probe.codec.startsWith('avc')
          ? null
          : await deps.readClipSignature(version.path, probe.frameCount, signal);
      examined.push({
        mediaId: version.mediaId,
        sizeBytes: version.sizeBytes,
        headHash: version.headHash,
        tailHash: version.tailHash,
        sha256,
        probe,
        signature,
      });
    } catch (thrown) {
      const error = toErrorPayload(thrown);
      if (signal.aborted || stopsImport.has(error.code)) throw thrown;
      problems.push({
        path: version.path.startsWith(root) ? version.path : join(root, version.path),
        code: 'unreadable',
        message: error.message,
      });
    }
  }
  if (examined.length > 0)
    await deps.database.write('media.saveVersions', {
      now: new Date(deps.clock.now()).toISOString(),
      versions: examined,
    });
}
