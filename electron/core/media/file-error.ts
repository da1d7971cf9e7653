import { RoomError } from '#shared/errors.ts';

/** Turns what a file operation threw into the room's error; errors that are ours already pass through. */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof RoomError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new RoomError('file_missing', `${path} is not there any more.`, { details: { path }, cause: error });
    case 'EACCES':
    case 'EPERM':
      return new RoomError('path_unreadable', `${path} can not be read: permission denied.`, {
        details: { path },
        cause: error,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new RoomError('disk_full', `There is no room left on the disk for ${path}.`, {
        hint: 'Free some space, then try again. Nothing was left behind.',
        details: { path },
        cause: error,
      });
    case 'EROFS':
      return new RoomError('workspace_read_only', `${path} is on a disk that can not be written to.`, {
        details: { path },
        cause: error,
      });
    case '':
      return error;
    default:
      return new RoomError('path_unreadable', `${path} can not be read: ${error.message}.`, {
        details: { path, reason: code },
        cause: error,
      });
  }
}
