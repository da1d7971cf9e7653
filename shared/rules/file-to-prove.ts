import type { ManifestFile } from '../model/snapshot-manifest.ts';
import { isResult } from './shrink.ts';

/** A file's place below the snapshot, its size and its SHA-256. */
export type FileToProve = { readonly path: string; readonly sizeBytes: number; readonly sha256: string };

/**
 * The file that a proof brings back: the one that was asked for, else the smallest result or manifest, else the
 * smallest file; never an empty one, which proves nothing. Null: there is none.
 */
export function fileToProve(files: readonly ManifestFile[], wanted: string | null): FileToProve | null {
  const candidates = files.flatMap(({ kind, path, sizeBytes, sha256 }): FileToProve[] =>
    kind === 'file' && sha256 !== null && sizeBytes > 0 && (wanted === null || path === wanted)
      ? [{ path, sizeBytes, sha256 }]
      : [],
  );
  const results = candidates.filter(({ path }) => isResult(path));
  const [smallest] = (results.length > 0 ? results : candidates).toSorted(
    (a, b) => a.sizeBytes - b.sizeBytes || (a.path < b.path ? -1 : 1),
  );
  return smallest ?? null;
}
