import type { ManifestFile, SnapshotManifest } from '#shared/model/snapshot-manifest.ts';

/** No object is larger, so that B2 keeps its SHA-1 and an interrupted upload loses one piece at most. */
export const largestPieceBytes = 64 * 1024 * 1024;

export type Piece = {
  readonly sha256: string;
  /** Null when the manifest has none and nobody had to read the bytes yet. */
  readonly sha1: string | null;
  readonly sizeBytes: number;
};

/** A piece that can be read from this computer. */
export type SourcePiece = Piece & {
  /** Below the snapshot's folder. */
  readonly path: string;
  readonly offsetBytes: number;
  /** Whether it is the whole file: it needs no copy to be uploaded. */
  readonly isWholeFile: boolean;
};

export type RegularFile = ManifestFile & { readonly kind: 'file'; readonly sha256: string };

export const objectNameOf = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256}`;

export const isRegular = (file: ManifestFile): file is RegularFile => file.kind === 'file' && file.sha256 !== null;

/** The files of a manifest that are cut, by content: each content once. */
export function filesToCut(manifest: SnapshotManifest): readonly RegularFile[] {
  const bySha = new Map<string, RegularFile>();
  for (const file of manifest.files)
    if (isRegular(file) && file.sizeBytes > largestPieceBytes) bySha.set(file.sha256, file);
  return [...bySha.values()];
}

/** The pieces of one file; an empty file has none. `cut` knows the pieces of files that are too large for one. */
export function piecesOf(file: RegularFile, cut: ReadonlyMap<string, readonly Piece[]>): readonly Piece[] {
  if (file.sizeBytes === 0) return [];
  if (file.sizeBytes <= largestPieceBytes) return [{ sha256: file.sha256, sha1: file.sha1, sizeBytes: file.sizeBytes }];
  const pieces = cut.get(file.sha256);
  if (pieces === undefined) throw new Error(`The pieces of ${file.path} are not known`);
  return pieces;
}

/** Every piece of a snapshot once, with one place to read it from. */
export function sourcePieces(
  manifest: SnapshotManifest,
  cut: ReadonlyMap<string, readonly Piece[]>,
): ReadonlyMap<string, SourcePiece> {
  const all = new Map<string, SourcePiece>();
  for (const file of manifest.files) {
    if (!isRegular(file)) continue;
    let offsetBytes = 0;
    const pieces = piecesOf(file, cut);
    for (const piece of pieces) {
      const isWholeFile = pieces.length === 1;
      if (!all.has(piece.sha256)) all.set(piece.sha256, { ...piece, path: file.path, offsetBytes, isWholeFile });
      offsetBytes += piece.sizeBytes;
    }
  }
  return all;
}
