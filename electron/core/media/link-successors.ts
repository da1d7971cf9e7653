import type { Database } from '../db/database.ts';
import type { Clock, Log } from '../ports.ts';
import type { ReplacedClip } from '../runs/observation-store.ts';
import type { MediaService } from './media-service.ts';
import { parseSignature, type LumaSignature } from './signature.ts';
import type { ReadClipSignature } from './signature-reader.ts';
import type { MediaVersion } from './store.ts';
import { decideSuccessor, type PlacedVersion } from './successor.ts';

/**
 * After an import: links each version that a file had before to the one it has now, when the new
 * one is the old one converted in place. What people said about the old bytes then still counts,
 * marked as "given on an earlier encoding".
 */
export function createSuccessorLinker(deps: {
  readonly database: Database;
  readonly media: MediaService;
  readonly clock: Clock;
  readonly log: Log;
  readonly readClipSignature: ReadClipSignature;
}): (runId: string, replaced: readonly ReplacedClip[]) => Promise<void> {
  /** As kept when the clip was seen, because its bytes are usually gone by now; else from the file. */
  async function signatureOf(version: MediaVersion): Promise<LumaSignature | null> {
    const kept = version.signature === null ? null : parseSignature(version.signature);
    if (kept !== null) return kept;
    const place = await deps.media.locate(version.mediaId).catch(() => null);
    const text = place === null ? null : await deps.readClipSignature(place.path, version.probe?.frameCount ?? null);
    return text === null ? null : parseSignature(text);
  }

  function placed(runId: string, path: string, version: MediaVersion, signature: LumaSignature | null): PlacedVersion {
    const { codec = null, frameCount = null, widthPx = null, heightPx = null } = version.probe ?? {};
    return { runId, path, mediaId: version.mediaId, codec, frameCount, widthPx, heightPx, signature };
  }

  return async (runId, replaced) => {
    for (const clip of replaced) {
      const versions = await deps.database.read('media.versions', { mediaIds: [clip.from, clip.to] });
      const older = versions.find((it) => it.mediaId === clip.from);
      const newer = versions.find((it) => it.mediaId === clip.to);
      if (older === undefined || newer === undefined) continue;
      // Shapes first: signatures cost two runs of ffmpeg.
      const byShape = decideSuccessor(placed(runId, clip.path, older, null), placed(runId, clip.path, newer, null));
      if (!byShape.isSuccessor) continue;
      const [before, after] = [await signatureOf(older), await signatureOf(newer)];
      const decision = decideSuccessor(placed(runId, clip.path, older, before), placed(runId, clip.path, newer, after));
      if (!decision.isSuccessor) continue;
      await deps.database.write('media.saveSuccessor', {
        predecessor: clip.from,
        successor: clip.to,
        evidence: decision.why,
        now: new Date(deps.clock.now()).toISOString(),
      });
      deps.log({ level: 'info', area: 'media', message: `${clip.path}: ${decision.why}` });
    }
  };
}
