/** What `find` says of a file: enough to tell whether it stood still between two looks. */
export type FileSight = {
  readonly sizeBytes: number;
  /** Nanoseconds since 1970, as text: a number can not hold them. */
  readonly mtimeNs: string;
  readonly inode: string;
};

export type CopyFacts = {
  /** As it was listed before the copy began. */
  readonly before: FileSight;
  /** As it was seen after the copy had ended and the machine had hashed it; null when it was gone. */
  readonly after: FileSight | null;
  /** Bytes that arrived here, and their SHA-256. */
  readonly copiedBytes: number;
  readonly copiedSha256: string;
  /** SHA-256 of the whole file on the machine, made after the copy; null when it could not be made. */
  readonly remoteSha256: string | null;
  /** SHA-256 of the first `copiedBytes` bytes on the machine; null when it was not asked for or not made. */
  readonly remotePrefixSha256: string | null;
};

/**
 * - `whole`: the copy is the file, which stood still.
 * - `prefix`: the file only grew; the copy is its first `copiedBytes` bytes.
 * - `ask_prefix`: it may have only grown: ask the machine for the hash of the prefix and decide again.
 * - `gone`: it was deleted while it was copied.
 * - `torn`: it was rewritten while it was copied; the copy is worth nothing.
 */
export type CopyVerdict = 'whole' | 'prefix' | 'ask_prefix' | 'gone' | 'torn';

/**
 * Is a copy good? A copy counts when size, mtime and inode held still around it and its hash equals the
 * machine's, or when the file only grew and the hash of the copied prefix agrees. An exit code of 0 says
 * neither: a checkpoint rewritten in place is copied torn by a plain copy, most of the time.
 */
export function judgeCopy(facts: CopyFacts): CopyVerdict {
  const { before, after, copiedBytes, copiedSha256 } = facts;
  if (after === null) return 'gone';
  const stoodStill = isSameSight(before, after);
  if (stoodStill && copiedBytes === after.sizeBytes && facts.remoteSha256 === copiedSha256) return 'whole';
  // The hash equals that of the file as it is now: it changed before it was read, not while.
  if (copiedBytes === after.sizeBytes && facts.remoteSha256 === copiedSha256 && before.inode === after.inode)
    return 'whole';
  if (after.sizeBytes <= copiedBytes || before.inode !== after.inode) return 'torn';
  if (facts.remotePrefixSha256 === null) return 'ask_prefix';
  return facts.remotePrefixSha256 === copiedSha256 ? 'prefix' : 'torn';
}

export function isSameSight(a: FileSight, b: FileSight): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.inode === b.inode;
}

/** How often a torn file is copied before its previous version stands in for it. */
export const copyAttempts = 3;

/** What becomes of a file whose copy is no good. */
export type TornOutcome = 'again' | 'carry' | 'leave_out';

/** A torn file is copied again; one that keeps tearing is carried from the last snapshot, or left out and said. */
export function afterTorn(facts: { readonly attempt: number; readonly hasVerifiedVersion: boolean }): TornOutcome {
  if (facts.attempt < copyAttempts) return 'again';
  return facts.hasVerifiedVersion ? 'carry' : 'leave_out';
}
