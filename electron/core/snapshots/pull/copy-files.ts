import { afterTorn, copyAttempts } from '#shared/rules/stable-file.ts';
import type { BulkConnection } from '../remote/remote.ts';
import { checkSpace } from '../store/disk-error.ts';
import type { Collected } from './collected.ts';
import { isStored } from './build-tree.ts';
import { verifiedVersion, type Known } from './known.ts';
import { fetchRanged } from './fetch-ranged.ts';
import { fetchSmall } from './fetch-small.ts';
import type { HashLane } from './hash-lane.ts';
import { whyNotParsed } from './parse-check.ts';
import type { PlannedEntry } from './plan-tree.ts';
import type { RangedFile } from './ranged-file.ts';
import type { Arrived, Staging } from './staging.ts';
import { again, judgeRanged, rowOf, verifyCopies, type Judged } from './verify-copies.ts';

/** From here on a file is read in ranges, which can be resumed in the middle. */
export const rangedFromBytes = 8 * 1024 * 1024;
const batchFiles = 1500;
const batchBytes = 24 * 1024 * 1024;

type Settle = (judged: Judged, bytesPath: string) => Promise<void>;

export type CopyDeps = {
  readonly connection: BulkConnection;
  readonly staging: Staging;
  readonly hashes: HashLane;
  readonly known: Known | null;
  readonly collected: Collected;
  readonly signal: AbortSignal;
  /** Streams of small files side by side: one nearby, several at a distance. */
  readonly smallStreams: number;
  readonly onBytes: (bytes: number) => void;
  readonly onResumed: (bytes: number) => void;
  /** Was a file written so lately that its writer may not be done? */
  readonly isYoung: (mtimeNs: string) => boolean;
  /** Keeps the verified bytes of a large file where the tree will take them from. */
  readonly keepRanged: (file: RangedFile) => void;
};

/** Copies files until each is good, carried or left out. Small ones first: they are what people read. */
export async function copyFiles(entries: readonly PlannedEntry[], deps: CopyDeps): Promise<void> {
  let todo = [...entries];
  const resumed = deps.staging.resume(todo);
  for (let attempt = 1; todo.length > 0; attempt++) {
    const torn: PlannedEntry[] = [];
    const settle = (judged: Judged, bytesPath: string): Promise<void> =>
      settleCopy({ judged, bytesPath, attempt, torn }, deps);
    const here = attempt === 1 ? resumed : [];
    for (const copy of here) deps.onResumed(copy.bytes);
    const isHere = new Set(here.map(({ entry }) => entry.remotePath));
    const small = todo.filter((entry) => entry.sizeBytes < rangedFromBytes && !isHere.has(entry.remotePath));
    await copySmall(small, here, settle, deps);
    const ranged = todo.filter((entry) => entry.sizeBytes >= rangedFromBytes);
    await copyRanged(ranged, attempt, settle, deps);
    todo = torn;
  }
}

/** A few streams, each with its own share; what has arrived is compared while the next batch is on its way. */
async function copySmall(
  entries: readonly PlannedEntry[],
  resumed: readonly Arrived[],
  settle: Settle,
  deps: CopyDeps,
): Promise<void> {
  const { connection, signal } = deps;
  const batches = splitBatches(entries, deps.smallStreams);
  const verifications: Promise<void>[] = [];
  const verify = async (copies: readonly Arrived[]): Promise<void> => {
    for (const judged of await verifyCopies(copies, connection, signal))
      await settle(judged, deps.staging.pathOf(judged.arrived.entry.localPath));
  };
  const runStream = async (): Promise<void> => {
    let before: Promise<void> | undefined;
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      checkSpace(deps.staging.layout.room, 0);
      const copies = await fetchSmall(batch, deps);
      const arrived = new Set(copies.map((copy) => copy.entry.remotePath));
      const left = batch.filter((entry) => !arrived.has(entry.remotePath));
      const verification = verify(copies).then(() => askAboutLeft(left, settle, deps));
      verification.catch(() => undefined);
      verifications.push(verification);
      // One comparison at a time for each stream: there are only so many sessions.
      await before?.catch(() => undefined);
      before = verification;
    }
  };
  if (resumed.length > 0) await verify(resumed);
  await Promise.all(Array.from({ length: Math.min(deps.smallStreams, batches.length) }, runStream));
  await Promise.all(verifications);
}

/** Files that did not come: they are gone, or something else by now. */
async function askAboutLeft(left: readonly PlannedEntry[], settle: Settle, deps: CopyDeps): Promise<void> {
  const nothing = left.map((entry): Arrived => ({ entry, bytes: -1, sha256: '', sha1: null }));
  for (const judged of await verifyCopies(nothing, deps.connection, deps.signal)) await settle(judged, '');
}

async function copyRanged(
  entries: readonly PlannedEntry[],
  attempt: number,
  settle: Settle,
  deps: CopyDeps,
): Promise<void> {
  if (entries.length === 0) return;
  const { known, staging } = deps;
  const checkDisk = (): void => checkSpace(staging.layout.room, 0);
  // A log that grew begins as it did in the last snapshot; the hash tells when that was wrong.
  const seedOf = (entry: PlannedEntry): { path: string; sizeBytes: number } | null => {
    const stored = verifiedVersion(known, entry.remotePath);
    if (attempt > 1 || stored === null || stored.row.sizeBytes >= entry.sizeBytes || !isStored(stored)) return null;
    return { path: stored.path, sizeBytes: stored.row.sizeBytes };
  };
  await fetchRanged(entries, { ...deps, seedOf, checkDisk }, async ({ arrived, remote, file }) => {
    const judged = judgeRanged(arrived, remote);
    if (judged.verdict === 'whole' || judged.verdict === 'prefix') {
      await file.seal();
      deps.keepRanged(file);
    } else file.forget();
    await settle(judged, file.dataPath);
  });
}

async function settleCopy(
  copy: {
    readonly judged: Judged;
    /** Where its bytes are. */
    readonly bytesPath: string;
    readonly attempt: number;
    readonly torn: PlannedEntry[];
  },
  deps: CopyDeps,
): Promise<void> {
  const { judged, attempt, torn } = copy;
  const { collected, known } = deps;
  const { arrived, verdict, after } = judged;
  const { entry } = arrived;
  if (verdict === 'prefix') return collected.add(entry, rowOf(judged), after);
  if (verdict === 'whole' && after !== null) {
    const why = await whyNotParsed(entry.localPath, copy.bytesPath);
    if (why === null) collected.unparsed.delete(entry.remotePath);
    else collected.unparsed.set(entry.remotePath, why);
    // Whoever writes it may have paused half-way: it is looked at again as long as it is young.
    if (why === null || attempt >= copyAttempts || !deps.isYoung(after.mtimeNs))
      return collected.add(entry, rowOf(judged), after);
    torn.push(again(entry, after));
    return;
  }
  const verified = verifiedVersion(known, entry.remotePath);
  if (verdict === 'gone' || after === null) return collected.skip(entry, 'It was deleted while it was copied.');
  const outcome = afterTorn({ attempt, hasVerifiedVersion: verified !== null });
  if (outcome === 'again') torn.push(again(entry, after));
  else if (outcome === 'carry' && verified !== null) {
    collected.carry(entry.localPath, verified);
    collected.skip(entry, 'It was rewritten each time it was copied: this is its version of the snapshot before.');
  } else collected.skip(entry, 'It was rewritten each time it was copied, and no earlier version is here.');
}

/** Batches that one comparison answers, and at least one for each stream. */
export function splitBatches(entries: readonly PlannedEntry[], streams: number): PlannedEntry[][] {
  const batches: PlannedEntry[][] = [];
  const most = Math.max(1, Math.min(batchFiles, Math.ceil(entries.length / streams)));
  let batch: PlannedEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    batch.push(entry);
    bytes += entry.sizeBytes;
    if (batch.length < most && bytes < batchBytes) continue;
    batches.push(batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
