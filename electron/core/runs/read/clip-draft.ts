import type { ClipPlace } from '#shared/rules/clip-role.ts';
import { numberOf, type Loose } from '#shared/rules/loose.ts';
import type { ClipRecord } from './record.ts';
import type { FileEntry } from './walk.ts';

/** A clip record that is still being filled in. */
export type ClipDraft = { -readonly [K in keyof ClipRecord]: ClipRecord[K] };

/** A record of a file that is there, or (without an entry) of one that a manifest names and nobody finds. */
export function newClipDraft(path: string, place: ClipPlace, entry: FileEntry | null): ClipDraft {
  return {
    role: place.role,
    facilityId: place.facilityId,
    clipName: null,
    variantName: null,
    controlKind: place.controlKind,
    condition: place.condition,
    prompt: null,
    promptOrigin: null,
    promptOriginWhy: null,
    trim: null,
    orientationFix: null,
    scores: {},
    seed: null,
    inputPath: null,
    sourcePath: null,
    depthPath: null,
    flags: [],
    path,
    fileName: path.slice(path.lastIndexOf('/') + 1),
    sizeBytes: entry?.sizeBytes ?? null,
    modifiedAt: entry === null ? null : new Date(entry.modifiedMs).toISOString(),
  };
}

type Score = ClipRecord['scores'][string];

/** Copies the named values that are plain into the scores; what a row doesn't have is left out. */
export function addScores(draft: ClipDraft, row: Loose | null | undefined, keys: readonly string[], prefix = ''): void {
  for (const key of keys) {
    const value = row?.[key];
    if (value === undefined) continue;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') setScore(draft, prefix + key, value);
    else if (typeof value === 'number') setScore(draft, prefix + key, Number.isFinite(value) ? value : String(value));
  }
}

function setScore(draft: ClipDraft, key: string, value: Score): void {
  draft.scores = { ...draft.scores, [key]: value };
}

export function addFlag(draft: ClipDraft, code: ClipRecord['flags'][number]['code'], message: string): void {
  if (!draft.flags.some((flag) => flag.code === code)) draft.flags = [...draft.flags, { code, message }];
}

/** The longest of the known names that a file name begins with; names hold underscores, so nothing is split. */
export function longestName(fileName: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  for (const name of names) {
    if (name.length <= (best?.length ?? 0) || !fileName.startsWith(name)) continue;
    const next = fileName[name.length];
    if (next === undefined || next === '_' || next === '.') best = name;
  }
  return best;
}

/** Trim window of an enriched row; null when the input was not trimmed or the row doesn't say. */
export function trimOf(row: Loose, sourceFrameCount: number | null): ClipRecord['trim'] {
  if (row['input_trimmed'] !== true) return null;
  const startFrame = numberOf(row, 'input_trim_start_frame');
  const frameCount = numberOf(row, 'input_trim_num_frames');
  if (startFrame === null || frameCount === null) return null;
  if (!Number.isInteger(startFrame) || !Number.isInteger(frameCount) || startFrame < 0 || frameCount < 1) return null;
  const total = sourceFrameCount ?? numberOf(row, 'input_total_frames');
  return {
    startFrame,
    frameCount,
    sourceFrameCount: total !== null && Number.isInteger(total) && total >= startFrame + frameCount ? total : null,
  };
}
