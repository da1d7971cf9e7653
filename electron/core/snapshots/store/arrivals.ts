import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { manifestFileSchema, type ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { rangedPaths, readChunkNote } from '../pull/ranged-file.ts';
import { writeDurably } from './durable.ts';
import { largeLayoutOf, type Layout } from './layout.ts';
import { sightSchema, type LedgerSight } from './ledger.ts';

const arrivalSchema = z.object({
  row: manifestFileSchema,
  sight: sightSchema.nullable(),
  /** Why it can not be opened, although it is what the machine had; null when it can. */
  unparsed: z.string().nullable(),
});

/** A large file that has come beside the pulls, verified, and waits for the next snapshot. */
export type Arrival = {
  readonly row: ManifestFile;
  readonly path: string;
  /** How it stood on the machine; null for one that grew meanwhile: only its beginning is here. */
  readonly sight: LedgerSight | null;
  readonly unparsed: string | null;
};

/**
 * Where whole files wait. `coming` is the lane's own; a pull takes what is whole from there into `waiting`, which the
 * lane only reads, so that neither ever changes what the other one has in hand.
 */
export const arrivalFolders = (layout: Layout) => {
  const { ranged, staging } = largeLayoutOf(layout);
  return { coming: ranged, waiting: join(staging, 'waiting') };
};

const pathsIn = (folder: string, remotePath: string): { note: string; log: string; data: string } => {
  const { dataPath, logPath } = rangedPaths({ ranged: folder }, remotePath);
  return { data: dataPath, log: logPath, note: logPath.replace(/log$/, 'json') };
};

/** Says, after its bytes are on the drive, that a file is whole. */
export function noteArrival(layout: Layout, arrival: Omit<Arrival, 'path'>): void {
  const { row, sight, unparsed } = arrival;
  writeDurably(pathsIn(arrivalFolders(layout).coming, row.remotePath).note, JSON.stringify({ row, sight, unparsed }));
}

export function readArrivals(folder: string): Arrival[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name): Arrival[] => {
    if (!name.endsWith('.json')) return [];
    try {
      const parsed = arrivalSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      const { data } = pathsIn(folder, parsed.row.remotePath);
      return existsSync(data) ? [{ ...parsed, path: data }] : [];
    } catch {
      // Half a note, or one of another version: the file is copied again.
      return [];
    }
  });
}

/** Takes what is whole out of the hands of the lane. Only for whoever holds the lock of the pull. */
export function takeArrivals(layout: Layout): void {
  const { coming, waiting } = arrivalFolders(layout);
  for (const { row } of readArrivals(coming)) {
    const [from, to] = [pathsIn(coming, row.remotePath), pathsIn(waiting, row.remotePath)];
    mkdirSync(waiting, { recursive: true });
    forgetArrival(waiting, row.remotePath);
    try {
      // The note last: without it the bytes are nothing, and the file is copied again.
      renameSync(from.data, to.data);
      renameSync(from.note, to.note);
      rmSync(from.log, { force: true });
    } catch {
      // The lane has begun to copy it anew.
      forgetArrival(waiting, row.remotePath);
    }
  }
}

/** Half-way chunks of the same file stay; that they were a whole one is no longer said. */
export function forgetNote(folder: string, remotePath: string): void {
  rmSync(pathsIn(folder, remotePath).note, { force: true });
}

/** It is in a snapshot, is no longer on the machine, or is about to be copied anew. */
export function forgetArrival(folder: string, remotePath: string): void {
  const { note, log, data } = pathsIn(folder, remotePath);
  for (const path of [note, log, data]) rmSync(path, { force: true });
}

/** Moves what has come of large files that are not whole yet, so that whoever goes on with them sends no chunk twice. */
export function moveChunks(from: Layout, to: Layout, largerThanBytes: number): void {
  if (!existsSync(from.ranged)) return;
  mkdirSync(to.ranged, { recursive: true });
  for (const name of readdirSync(from.ranged)) {
    if (!name.endsWith('.log') || existsSync(join(from.ranged, name.replace(/log$/, 'json')))) continue;
    const note = readChunkNote(join(from.ranged, name));
    if (note === null || note.sizeBytes <= largerThanBytes || existsSync(join(to.ranged, name))) continue;
    const data = name.replace(/log$/, 'data');
    if (!existsSync(join(from.ranged, data))) continue;
    // The bytes first: chunks that are noted and not there would be taken for zeros.
    renameSync(join(from.ranged, data), join(to.ranged, data));
    renameSync(join(from.ranged, name), join(to.ranged, name));
  }
}

/** Bytes that have come, by remote path; of whole ones too. */
export function arrivedBytes(layout: Layout): Record<string, number> {
  const { coming, waiting } = arrivalFolders(layout);
  const halfWay = existsSync(coming) ? readdirSync(coming).filter((name) => name.endsWith('.log')) : [];
  return Object.fromEntries([
    ...readArrivals(waiting).map(({ row }) => [row.remotePath, row.sizeBytes] as const),
    ...halfWay.flatMap((name) => {
      const note = readChunkNote(join(coming, name));
      return note === null ? [] : [[note.remotePath, note.arrivedBytes] as const];
    }),
  ]);
}
