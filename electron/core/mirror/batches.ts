import type { SourcePiece } from './pieces.ts';

const mostCopiedBytes = 1024 * 1024 * 1024;
const mostPieces = 20_000;

/**
 * Pieces in groups whose copies need at most 1 GiB of room (a whole file is linked and needs none), small ones first:
 * results and logs are safe before a checkpoint is.
 */
export function* batchesOf(pieces: readonly SourcePiece[]): Generator<readonly SourcePiece[]> {
  let batch: SourcePiece[] = [];
  let copiedBytes = 0;
  for (const piece of pieces.toSorted((a, b) => a.sizeBytes - b.sizeBytes)) {
    const needs = piece.isWholeFile ? 0 : piece.sizeBytes;
    if (batch.length > 0 && (copiedBytes + needs > mostCopiedBytes || batch.length === mostPieces)) {
      yield batch;
      batch = [];
      copiedBytes = 0;
    }
    batch.push(piece);
    copiedBytes += needs;
  }
  if (batch.length > 0) yield batch;
}
