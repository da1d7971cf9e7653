/** A file of a machine as a snapshot or a listing has it. `path` is the same in both. */
export type ShrinkEntry = { readonly path: string; readonly sizeBytes: number; readonly mtimeNs: string };

export type ShrinkFacts = {
  /** The files of the last snapshot that stands; null when there is none. */
  readonly before: readonly ShrinkEntry[] | null;
  readonly now: readonly ShrinkEntry[];
  /** What tells this machine from others (its host name, its host key); null when it is not known. */
  readonly machineBefore: string | null;
  readonly machineNow: string | null;
};

export type ShrinkReason = {
  readonly code: 'empty' | 'another_machine' | 'too_many_gone' | 'important_gone' | 'important_emptied';
  readonly message: string;
  /** Some of the paths that are meant, ten at most. */
  readonly paths: readonly string[];
};

export type ShrinkVerdict = {
  /** A held pull saves what is there, moves nothing, and waits for a person. */
  readonly isHeld: boolean;
  readonly reasons: readonly ShrinkReason[];
  /** Every file of the last snapshot that is no longer there and was not moved, in order. */
  readonly gone: readonly string[];
  /** Files that are under another name now, with the same size and time. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
};

/** From here on half is many; of two or three files one may well be a rejected clip. */
const fewFiles = 4;

/**
 * Did the source shrink in a way that a person must look at? A machine that was recycled, a volume that is not
 * mounted and a wrong address all look like a folder with less in it, and a copy that follows deletes what it
 * is there to keep. Held: nothing is left, another machine answers, half of the files or more are gone, or
 * results, manifests or the newest checkpoint went without a newer one. Everything else (rejected clips,
 * rotated checkpoints) is only listed as gone.
 */
export function judgeShrink(facts: ShrinkFacts): ShrinkVerdict {
  const before = facts.before ?? [];
  const nowPaths = new Set(facts.now.map((entry) => entry.path));
  const missing = before.filter((entry) => !nowPaths.has(entry.path));
  const { gone, moved } = partMoved(missing, before, facts.now);
  const reasons: ShrinkReason[] = [];

  if (before.length > 0 && facts.now.length === 0) {
    reasons.push({
      code: 'empty',
      message: `The machine has none of the ${count(before.length)} of the last snapshot any more.`,
      paths: some(before),
    });
  } else if (gone.length * 2 > before.length || (gone.length * 2 === before.length && before.length >= fewFiles)) {
    reasons.push({
      code: 'too_many_gone',
      message: `${gone.length} of the ${count(before.length)} of the last snapshot are gone from the machine.`,
      paths: some(gone),
    });
  }
  if (facts.machineBefore !== null && facts.machineNow !== null && facts.machineBefore !== facts.machineNow) {
    reasons.push({
      code: 'another_machine',
      message: `Another machine answers: ${facts.machineNow}, and the last snapshot is of ${facts.machineBefore}.`,
      paths: [],
    });
  }
  const important = gone.filter((entry) => isResult(entry.path) && !isInLostFolder(entry.path, facts.now, before));
  const checkpoints = lostCheckpoints(gone, facts.now);
  if (important.length + checkpoints.length > 0 && facts.now.length > 0) {
    reasons.push({
      code: 'important_gone',
      message: `Results, manifests or the newest checkpoint are gone without a newer one: ${names([...important, ...checkpoints])}.`,
      paths: some([...important, ...checkpoints]),
    });
  }
  const emptied = findEmptied(before, facts.now);
  if (emptied.length > 0) {
    reasons.push({
      code: 'important_emptied',
      message: `Results, manifests or checkpoints have no bytes any more: ${names(emptied)}.`,
      paths: some(emptied),
    });
  }
  return { isHeld: reasons.length > 0, reasons, gone: gone.map((entry) => entry.path), moved };
}

/** Results and manifests: small files that a run writes once and later stages and people read. */
export function isResult(path: string): boolean {
  return /(?:_result\.json|_summary\.json|pipeline_summary\.json|_manifest\.json|_report\.json)$/.test(path);
}

/** The folder of a checkpoint (`…/iter_000000010`) with its family (`…/checkpoints`) and its number; null for other files. */
function checkpointOf(path: string): { readonly family: string; readonly iteration: number } | null {
  const found = /^(.*?)\/?(?:iter|step|epoch|checkpoint)[_-]?(\d+)(?:\/|\.[^/]*$|$)/.exec(path);
  if (found === null || !/checkpoint|\.(?:pt|pth|ckpt|safetensors|distcp)(?:\/|$)/.test(path)) return null;
  return { family: found[1] ?? '', iteration: Number(found[2]) };
}

/** Files of a family's newest checkpoint that are gone while the family has none that is as new. */
function lostCheckpoints(gone: readonly ShrinkEntry[], now: readonly ShrinkEntry[]): ShrinkEntry[] {
  if (gone.length === 0) return [];
  const newestNow = new Map<string, number>();
  for (const entry of now) {
    const checkpoint = checkpointOf(entry.path);
    if (checkpoint === null) continue;
    newestNow.set(checkpoint.family, Math.max(newestNow.get(checkpoint.family) ?? -1, checkpoint.iteration));
  }
  return gone.filter((entry) => {
    const checkpoint = checkpointOf(entry.path);
    return checkpoint !== null && checkpoint.iteration >= (newestNow.get(checkpoint.family) ?? -1);
  });
}

/** True where a newer file of the same name stands in the same place: the result of the next iteration. */
function isInLostFolder(path: string, now: readonly ShrinkEntry[], before: readonly ShrinkEntry[]): boolean {
  const numbered = path.replaceAll(/(?:iter|step|epoch)[_-]?\d+/g, '#');
  if (numbered === path) return false;
  const old = before.find((entry) => entry.path === path);
  return now.some(
    (entry) =>
      entry.path.replaceAll(/(?:iter|step|epoch)[_-]?\d+/g, '#') === numbered &&
      old !== undefined &&
      BigInt(entry.mtimeNs) >= BigInt(old.mtimeNs),
  );
}

function findEmptied(before: readonly ShrinkEntry[], now: readonly ShrinkEntry[]): ShrinkEntry[] {
  const empty = now.filter((entry) => entry.sizeBytes === 0);
  if (empty.length === 0) return [];
  const sizes = new Map(before.map((entry) => [entry.path, entry.sizeBytes]));
  return empty.filter(
    (entry) => (sizes.get(entry.path) ?? 0) > 0 && (isResult(entry.path) || checkpointOf(entry.path) !== null),
  );
}

/** What an operator renamed is no loss: the same name, size and time stand elsewhere, where nothing stood before. */
function partMoved(
  missing: readonly ShrinkEntry[],
  before: readonly ShrinkEntry[],
  now: readonly ShrinkEntry[],
): { readonly gone: ShrinkEntry[]; readonly moved: { from: string; to: string }[] } {
  if (missing.length === 0) return { gone: [], moved: [] };
  const known = new Set(before.map((entry) => entry.path));
  const places = new Map<string, string[]>();
  for (const entry of now) {
    if (known.has(entry.path)) continue;
    const key = sightKey(entry);
    const list = places.get(key);
    if (list === undefined) places.set(key, [entry.path]);
    else list.push(entry.path);
  }
  const gone: ShrinkEntry[] = [];
  const moved: { from: string; to: string }[] = [];
  for (const entry of missing) {
    const to = places.get(sightKey(entry))?.shift();
    if (to === undefined) gone.push(entry);
    else moved.push({ from: entry.path, to });
  }
  return { gone, moved };
}

const sightKey = (entry: ShrinkEntry): string =>
  `${entry.path.slice(entry.path.lastIndexOf('/') + 1)}\u0000${entry.sizeBytes}\u0000${entry.mtimeNs}`;
const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`);
const some = (entries: readonly ShrinkEntry[]): string[] => entries.slice(0, 10).map((entry) => entry.path);
const names = (entries: readonly ShrinkEntry[]): string => {
  const more = entries.length > 3 ? ` and ${entries.length - 3} more` : '';
  return `${entries
    .slice(0, 3)
    .map((entry) => entry.path)
    .join(', ')}${more}`;
};
