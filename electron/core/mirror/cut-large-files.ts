import type { JobContext } from '../jobs/job-context.ts';
import type { MirrorDeps } from './context.ts';
import { filesToCut, type Piece } from './pieces.ts';
import type { LoadedSnapshot } from './snapshot-reader.ts';

/** The pieces of every large file, by content. A content that was cut before is not read again. */
export async function cutLargeFiles(
  snapshot: LoadedSnapshot,
  context: JobContext,
  deps: Pick<MirrorDeps, 'database' | 'tasks'>,
): Promise<ReadonlyMap<string, readonly Piece[]>> {
  const large = filesToCut(snapshot.manifest);
  const cut = new Map<string, readonly Piece[]>(
    await deps.database.read('mirror.pieces', { sha256s: large.map((file) => file.sha256) }),
  );
  for (const file of large) {
    if (cut.has(file.sha256)) continue;
    context.detail(file.path);
    const { path, sha256, sizeBytes } = file;
    const pieces = await deps.tasks.call(
      'mirror.cut',
      { folder: snapshot.path, path, sha256, sizeBytes },
      { signal: context.signal },
    );
    await deps.database.write('mirror.cut', { sha256, pieces });
    cut.set(sha256, pieces);
  }
  return cut;
}
