import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { leavingPrefix, removeTree } from './commit.ts';
import { layoutOf } from './layout.ts';
import { currentTag } from './manifest-file.ts';
import { lockPull } from './pull-lock.ts';

/** Takes a snapshot away: out of its place first, so that half of one is never found there. Never the current one. */
export function removeSnapshot(input: {
  readonly roomFolder: string;
  readonly instanceId: string;
  readonly tag: string;
}): null {
  const layout = layoutOf(input.roomFolder);
  const lock = lockPull(layout, input.instanceId);
  try {
    if (currentTag(layout) === input.tag)
      throw new RoomError(
        'conflict',
        `Snapshot ${input.tag} is the current one of machine ${input.instanceId}: it stays.`,
      );
    const leaving = join(layout.room, `${leavingPrefix}${input.tag}`);
    removeTree(leaving);
    renameSync(join(layout.room, input.tag), leaving);
    removeTree(leaving);
  } finally {
    lock.release();
  }
  return null;
}
