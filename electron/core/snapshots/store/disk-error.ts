import { statfsSync } from 'node:fs';
import { RoomError } from '#shared/errors.ts';

/** Words for a disk that does not take what is written; other errors as they are. */
export function explainDiskError(thrown: unknown, folder: string): unknown {
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(`The disk of ${folder} is full.`, thrown);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new RoomError('path_unreadable', `${folder} can not be written: ${code}. Nothing that was stored is lost.`, {
      hint: 'Check who owns the backup folder, or choose another one in the settings.',
      cause: thrown,
    });
  return thrown;
}

export const diskFull = (message: string, cause?: unknown): RoomError =>
  new RoomError('disk_full', `${message} The last snapshot stays as it is.`, {
    hint: 'Free some space or choose another backup folder; the next pull goes on where this one stopped.',
    ...(cause === undefined ? {} : { cause }),
  });

/** Left free for whatever else lives on the disk, the room's own database among it. */
export function reserveOf(disk: { readonly totalBytes: number }): number {
  return Math.min(256 * 1024 * 1024, Math.floor(disk.totalBytes * 0.02));
}

export function diskOf(folder: string): { readonly freeBytes: number; readonly totalBytes: number } {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** @throws RoomError disk_full when that much would not leave the reserve. */
export function checkSpace(folder: string, neededBytes: number): void {
  const disk = diskOf(folder);
  const reserve = reserveOf(disk);
  if (neededBytes + reserve <= disk.freeBytes) return;
  throw diskFull(
    `The pull needs ${megabytes(neededBytes)} and ${megabytes(reserve)} in reserve, and the disk of ${folder} has ${megabytes(disk.freeBytes)} free.`,
  );
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
