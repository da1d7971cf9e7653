import type { AttemptFacts } from '#shared/rules/attempts.ts';
import { timestampOf, type StageResult } from '#shared/rules/stage-sources.ts';
import type { FileEntry } from './walk.ts';

/**
 * A run may be silent this long and live: one Cosmos call takes up to 1800 s, and fine-tuning writes its
 * checkpoints that far apart.
 */
export const quietLimitMs = 45 * 60_000;
/** A file copied faithfully is as old as the time inside it; the pipeline writes both at once. */
const faithfulMs = 120_000;

export type OpenFacts = {
  readonly attempts: readonly AttemptFacts[];
  readonly results: readonly StageResult[];
  readonly files: ReadonlyMap<string, FileEntry>;
  /** When the snapshot was taken; null for a folder that is no snapshot. */
  readonly snapshotAt: string | null;
  readonly nowMs: number;
};

/**
 * Whether an attempt without an end was still running when it was looked at: the last sign of life (log line,
 * or file time where the copy kept them) against the snapshot's time, or against now. File times later than
 * the snapshot are of the copying and count for nothing.
 */
export function judgeOpen(facts: OpenFacts): { readonly state: 'running' | 'cut_off'; readonly because: string } {
  const referenceMs = facts.snapshotAt === null ? facts.nowMs : Date.parse(facts.snapshotAt);
  const reference = facts.snapshotAt === null ? 'now' : `the snapshot of ${facts.snapshotAt}`;
  const signs: { ms: number; what: string }[] = [];
  const lastLine = facts.attempts.at(-1)?.lastLineAt ?? null;
  if (lastLine !== null) signs.push({ ms: Date.parse(lastLine), what: 'the last log line' });
  for (const result of facts.results) {
    const at = timestampOf(result.data);
    if (at !== null) signs.push({ ms: Date.parse(at), what: result.path });
  }
  if (keepsFileTimes(facts)) {
    for (const file of facts.files.values()) {
      if (file.modifiedMs <= referenceMs + 60_000) signs.push({ ms: file.modifiedMs, what: file.path });
    }
  }
  let last: { ms: number; what: string } | null = null;
  for (const sign of signs) if (last === null || sign.ms > last.ms) last = sign;
  if (last === null) return { state: 'cut_off', because: 'Nothing in the folder tells when it was last written to.' };
  const quietMs = referenceMs - last.ms;
  const minutes = Math.max(0, Math.round(quietMs / 60_000));
  const because = `The last sign of life is ${last.what} of ${new Date(last.ms).toISOString()}, ${minutes} min before ${reference}; a live run is silent for up to ${quietLimitMs / 60_000} min.`;
  return { state: quietMs <= quietLimitMs ? 'running' : 'cut_off', because };
}

function keepsFileTimes(facts: OpenFacts): boolean {
  return facts.results.some((result) => {
    const at = timestampOf(result.data);
    const file = facts.files.get(result.path);
    return at !== null && file !== undefined && Math.abs(file.modifiedMs - Date.parse(at)) <= faithfulMs;
  });
}
