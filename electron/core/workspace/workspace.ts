import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import { newId } from '../ids.ts';
import { makeFolder } from './make-folder.ts';

const workspaceFileSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  isDemo: z.boolean(),
  /** Makes media ids of this workspace unlike those of any other. */
  mediaSalt: z.string().min(32),
});

export type Workspace = z.infer<typeof workspaceFileSchema> & { readonly path: string };

const fileName = 'workspace.json';

/** Files that a computer leaves in folders by itself: a folder that holds only these is empty. */
const clutter: ReadonlySet<string> = new Set(['.DS_Store', 'desktop.ini', 'Thumbs.db', 'lost+found']);

export function isWorkspace(folder: string): boolean {
  return existsSync(join(folder, fileName));
}

/**
 * Opens the workspace in a folder, or makes one when the folder is new or empty. A folder with
 * other things in it is refused: a room never mixes its files with somebody else's.
 * @throws RoomError invalid_input, workspace_damaged, workspace_read_only, disk_full.
 */
export function openWorkspace(
  folder: string,
  options: { readonly now: Date; readonly isDemo: boolean },
): { workspace: Workspace; created: boolean } {
  // By its real path: engines that came by a link and without one must meet at the same socket.
  const path = realPathOf(resolve(folder));
  if (isWorkspace(path)) return { workspace: readWorkspace(path), created: false };
  if (existsSync(path)) {
    if (!statSync(path).isDirectory())
      throw new RoomError('not_a_folder', `${path} is a file, not a folder.`, {
        hint: 'Name a new or an empty folder.',
      });
    const names = readdirSync(path).filter((name) => !clutter.has(name));
    if (names.length > 0) {
      throw new RoomError(
        'conflict',
        `${path} is neither a workspace nor empty: it holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}. Nothing was changed.`,
        {
          hint: 'Name a new or an empty folder for the workspace; run folders are imported from where they are.',
        },
      );
    }
  }
  const workspace = {
    schema: 1 as const,
    id: newId('ws'),
    name: basename(path) === '' ? 'workspace' : basename(path),
    createdAt: options.now.toISOString(),
    isDemo: options.isDemo,
    mediaSalt: randomBytes(24).toString('hex'),
  };
  try {
    makeFolder(path);
    writeAtomically(join(path, fileName), `${JSON.stringify(workspace, null, 2)}\n`);
  } catch (cause) {
    throw explainWriteFailure(path, cause);
  }
  return { workspace: { ...workspace, path: realPathOf(path) }, created: true };
}

function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function readWorkspace(path: string): Workspace {
  const file = join(path, fileName);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RoomError('path_unreadable', `${file} can not be read: ${(cause as Error).message}.`, {
      hint: 'Check the permissions of the folder.',
      cause,
    });
  }
  try {
    return { ...workspaceFileSchema.parse(JSON.parse(text)), path };
  } catch (cause) {
    throw new RoomError(
      'workspace_damaged',
      `${file} is not the file of a workspace, or was written by a newer room. Nothing was changed.`,
      {
        hint: 'Put the file back from a copy of the folder. The history beside it is not touched.',
        cause,
      },
    );
  }
}

/** Writes beside and renames, so that a crash leaves the old or the new file and never half of one. */
export function writeAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

function explainWriteFailure(path: string, cause: unknown): RoomError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const reason = (cause as Error).message;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new RoomError('disk_full', `There is no space left for a workspace at ${path}.`, {
      hint: 'Free some space or name a folder on another disk.',
      cause,
    });
  }
  return new RoomError('workspace_read_only', `A workspace can not be made at ${path}: ${reason}.`, {
    hint: 'Name a folder that you may write to.',
    cause,
  });
}
