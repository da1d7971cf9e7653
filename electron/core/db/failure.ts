import { RoomError } from '#shared/errors.ts';

/** Says in words what SQLite's error means for the person; a RoomError passes through. */
export function explainDatabaseFailure(error: unknown): Error {
  if (error instanceof RoomError) return error;
  const code = (error as { code?: string }).code ?? '';
  const reason = error instanceof Error ? error.message : String(error);
  if (code === 'SQLITE_FULL') {
    return new RoomError(
      'disk_full',
      'The disk of the workspace is full. The change was not stored; everything stored before is safe.',
      {
        hint: 'Free some space, then try again.',
      },
    );
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return new RoomError('workspace_read_only', 'The workspace can not be written. The change was not stored.', {
      hint: 'Check the permissions of the workspace folder.',
    });
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new RoomError('database_damaged', `The database is damaged: ${reason}.`, {
      hint: 'Close the room and take a copy from the backups folder; if only index.db is damaged, run history.rebuild.',
    });
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new RoomError('disk_full', `The disk of the workspace failed: ${reason}. The change was not stored.`, {
      hint: 'Check the disk and its free space.',
    });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new RoomError('workspace_busy', `The database is in use by another program: ${reason}.`, {
      hint: 'Close what else has the files of this workspace open, then try again.',
    });
  }
  return error instanceof Error ? error : new Error(reason);
}
