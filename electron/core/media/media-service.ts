import { RoomError } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../ports.ts';
import { isSameVersion, type FileFingerprint } from './media-id.ts';
import { blindResponse, type BlindMedia } from './blind-media.ts';
import { openMedia, type MediaRequest, type MediaResponse } from './serve.ts';
import type { MediaPlace } from './store.ts';

export type MediaService = {
  /** Answers one request for `/media/<id>`; never throws. */
  open(
    mediaId: string,
    request: Pick<MediaRequest, 'method' | 'rangeHeader' | 'ifRangeHeader' | 'ifNoneMatchHeader' | 'signal'>,
  ): Promise<MediaResponse>;
  /** A place that still has the bytes of this version. @throws RoomError not_found, file_missing. */
  locate(mediaId: string): Promise<MediaPlace>;
};

/** Checks of places kept in memory, so that a player's many range requests do not hash the ends again and again. */
const checksKept = 2000;

/** Without anything that asks for a part, or for another version. */
const whole = <T extends object>(request: T): T & { rangeHeader: null } => ({
  ...request,
  rangeHeader: null,
  ifRangeHeader: null,
  ifNoneMatchHeader: null,
});

/** Resolves a media id to whichever place still has its bytes: a copy in another snapshot serves as well. */
export function createMediaService(deps: {
  readonly database: Database;
  readonly log: Log;
  /** Ids under which a study shows clips. */
  readonly blind: BlindMedia;
}): MediaService {
  const checked = new Map<string, FileFingerprint>();

  async function find(mediaId: string): Promise<{ place: MediaPlace; version: FileFingerprint }> {
    const { version, places } = await deps.database.read('media.locate', { mediaId });
    for (const place of places) {
      const key = `${mediaId} ${place.path}`;
      const known = checked.get(key) ?? {
        sizeBytes: version.sizeBytes,
        headHash: version.headHash,
        tailHash: version.tailHash,
        mtimeMs: -1,
        inode: '',
        device: '',
      };
      const check = await isSameVersion(place.path, known).catch(() => null);
      if (check?.same !== true) {
        checked.delete(key);
        continue;
      }
      if (checked.size >= checksKept) checked.clear();
      checked.set(key, check.fingerprint);
      return { place, version: check.fingerprint };
    }
    throw new RoomError('file_missing', 'The bytes of this clip are at none of the places where they were seen.', {
      hint: 'Put the snapshot back, or import another one that holds the clip.',
      details: { placeCount: places.length },
    });
  }

  return {
    locate: async (mediaId) => (await find(mediaId)).place,
    async open(mediaId, request) {
      try {
        const ticket = deps.blind.resolve(mediaId);
        const { place, version } = await find(ticket?.mediaId ?? mediaId);
        const asked = ticket === null ? request : whole(request);
        const answered = await openMedia({ ...asked, path: place.path, root: place.root, version });
        const response = ticket === null ? answered : blindResponse(answered, ticket.servedBytes);
        if (response.problem !== null) deps.log({ level: 'warn', area: 'media', message: response.problem });
        return response;
      } catch (error) {
        if (!(error instanceof RoomError)) deps.log({ level: 'error', area: 'media', message: String(error) });
        return { status: 404, headers: { 'X-Content-Type-Options': 'nosniff' }, body: null, problem: null };
      }
    },
  };
}
