/** The `code` of a file-system error (`EACCES`, `ENOENT`, …), or null for anything else. */
export function errnoOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** A file-system error in words for a person, without the path it already stands beside. */
export function sayFsError(error: unknown): string {
  switch (errnoOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'Permission denied.';
    case 'ENOENT':
      return 'It is gone.';
    case 'ELOOP':
      return 'Its links lead back to itself.';
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open.';
    case 'EIO':
      return 'The disk reported an input/output error.';
    case 'ENAMETOOLONG':
      return 'Its path is too long for this system.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
