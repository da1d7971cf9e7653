import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';

/** Node cuts longer socket paths without a word, and two workspaces would then share one. */
const longestPathBytes = 100;

/**
 * Where the engine of a workspace listens: a short hashed name in a folder that only this user
 * can enter. @throws RoomError forbidden when the folder belongs to somebody else.
 */
export function socketPathOf(workspacePath: string, temporaryFolder: string): string {
  const user = process.getuid?.() ?? 0;
  const name = `${createHash('sha256').update(workspacePath).digest('hex').slice(0, 16)}.sock`;
  let folder = join(temporaryFolder, `control-room-${user}`);
  if (Buffer.byteLength(join(folder, name)) > longestPathBytes) folder = join('/tmp', `control-room-${user}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== user) {
    throw new RoomError('forbidden', `${folder} belongs to another user. The room does not listen there.`, {
      hint: 'Remove that folder or set TMPDIR to one of your own.',
    });
  }
  if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return join(folder, name);
}
