import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { IncidentMatcher } from '#shared/rules/remote/match-incidents.ts';
import { errnoOf, sayFsError } from '../runs/read/fs-errors.ts';
import { createLineSplitter } from '../runs/read/line-splitter.ts';
import { listTree } from '../remote/list-tree.ts';

export type ReadFiles = { readonly files: number; readonly lines: number; readonly unread: readonly string[] };

/** Logs, and the result files in which a stage says why it failed. */
const isTold = (path: string): boolean => /\.log$|_result\.json$|(?:^|\/)pipeline_summary\.json$/.test(path);

/**
 * Holds a log, or every log and result file below a folder, against the operations memory.
 * @throws RoomError path_missing, path_unreadable
 */
export async function matchFile(path: string, matcher: IncidentMatcher): Promise<ReadFiles> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (thrown) {
    throw new RoomError(
      errnoOf(thrown) === 'ENOENT' ? 'path_missing' : 'path_unreadable',
      `${path} can not be read: ${sayFsError(thrown)}`,
      { hint: 'Give a log, or the folder of a run.' },
    );
  }
  if (!isFolder) return { files: 1, lines: await matchLog(path, basename(path), matcher), unread: [] };
  const tree = await listTree(path, (each) => /(?:^|\/)(?:\.git|node_modules)$/.test(each));
  let lines = 0;
  const told = tree.files.filter((file) => isTold(file.path));
  for (const file of told) lines += await matchLog(join(path, file.path), file.path, matcher);
  return { files: told.length, lines, unread: tree.unread.map((it) => `${it.path}: ${it.because}`) };
}

async function matchLog(path: string, source: string, matcher: IncidentMatcher): Promise<number> {
  let line = 0;
  const splitter = createLineSplitter((text) => matcher.line(source, (line += 1), text));
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) splitter.take(chunk);
  } catch (thrown) {
    throw new RoomError('path_unreadable', `${path} can not be read: ${sayFsError(thrown)}`);
  }
  splitter.flush();
  return line;
}
