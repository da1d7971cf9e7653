import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ReadProblem } from '#shared/model/run.ts';
import { stageKeyOfResult } from './names.ts';

/** The error for a folder without a run: what was looked for, what was there, and what may be meant. */
export async function noRunFound(
  path: string,
  top: { readonly path: string; readonly folders: readonly string[]; readonly files: readonly string[] },
  folderCount: number,
  problems: readonly ReadProblem[],
): Promise<RoomError> {
  const lookedFor = 'a run holds pipeline_summary.json, or a folder with results such as s1_render_result.json';
  const there = [
    say(top.folders, 'folder'),
    say(
      top.files.filter((name) => !name.startsWith('.')),
      'file',
    ),
  ].filter((part) => part !== null);
  const found = there.length === 0 ? 'the folder is empty' : `it holds ${there.join(' and ')}`;
  const searched =
    folderCount === 0 ? '' : ` ${folderCount} ${folderCount === 1 ? 'folder' : 'folders'} below looked through.`;
  const unread = problems.length === 0 ? '' : ` ${problems.length} could not be read, the first: ${problems[0]!.path}.`;
  return new RoomError('no_run_found', `No run in ${path}: ${lookedFor}; ${found}.${searched}${unread}`, {
    hint: await hintFor(top),
    details: {
      path,
      folders: top.folders.slice(0, 20),
      files: top.files.slice(0, 20),
      problems: problems.slice(0, 20),
    },
  });
}

async function hintFor(top: {
  readonly path: string;
  readonly folders: readonly string[];
  readonly files: readonly string[];
}): Promise<string> {
  if (top.files.includes('sync_manifest.txt')) {
    return 'It is a snapshot, but work_dir holds no run: the copy brought nothing, or ran before the first stage ended. Pull again.';
  }
  for (const above of [dirname(top.path), dirname(dirname(top.path))]) {
    const names = await readdir(above).catch((): string[] => []);
    if (names.includes('pipeline_summary.json')) return `The folder above, ${above}, is a run. Import that.`;
    if (names.some((name) => stageKeyOfResult(name) !== null))
      return `The folder above, ${join(dirname(above), basename(above))}, belongs to a run. Import ${dirname(above)}.`;
  }
  return 'Choose the folder that was given as --work-dir, a snapshot of it, or a folder that holds several.';
}

function say(names: readonly string[], what: string): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, 3).join(', ');
  return `${names.length} ${what}${names.length === 1 ? '' : 's'} (${shown}${names.length > 3 ? ', …' : ''})`;
}
