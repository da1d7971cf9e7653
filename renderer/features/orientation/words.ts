import type { OrientationCounts, OrientationItem } from '#shared/model/orientation.ts';
import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';
import type { Transform } from '#shared/rules/orientation/transforms.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

export type Mark = { readonly shape: StateShape; readonly word: string };

const marks: Record<OrientationVerdict, Mark> = {
  aligned: { shape: 'ok', word: 'Aligned' },
  misaligned: { shape: 'fail', word: 'Misaligned' },
  inconclusive: { shape: 'unknown', word: 'Inconclusive' },
  not_the_same_clip: { shape: 'fail', word: 'Other clip' },
  time_shift: { shape: 'fail', word: 'Time shift' },
};
const notChecked: Mark = { shape: 'waiting', word: 'Not checked' };

export const verdicts = Object.keys(marks) as readonly OrientationVerdict[];
export const markOf = (verdict: OrientationVerdict | null): Mark => (verdict === null ? notChecked : marks[verdict]);

/** What stands: a person's word is told apart from a measured one. */
export function standingMark(item: OrientationItem): Mark {
  if (item.override === null) return markOf(item.verdict);
  return { shape: 'warn', word: `${markOf(item.standing).word}, overridden` };
}

export function standingTitle(item: OrientationItem): string {
  const { override } = item;
  if (override === null) return `Depth: ${item.because}`;
  return `Depth: ${override.actor === '' ? 'a reviewer' : override.actor} says ${markOf(override.verdict).word.toLowerCase()}: ${override.reason} Measured: ${item.because}`;
}

const partWords: readonly (readonly [keyof OrientationCounts, StateShape, string])[] = [
  ['misaligned', 'fail', 'misaligned'],
  ['not_the_same_clip', 'fail', 'of another clip'],
  ['time_shift', 'fail', 'shifted in time'],
  ['inconclusive', 'unknown', 'inconclusive'],
  ['not_checked', 'waiting', 'not checked'],
];

/** All clips of a run in one line: what is wrong first, and how many are aligned. */
export function summaryMark(counts: OrientationCounts): Mark {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return { shape: 'off', word: 'no enriched clips' };
  const wrong = partWords.filter(([key]) => counts[key] > 0);
  const aligned = `${counts.aligned} of ${total} aligned`;
  if (wrong.length === 0) return { shape: 'ok', word: aligned };
  return {
    shape: wrong[0]![1],
    word: [...wrong.map(([key, , words]) => `${counts[key]} ${words}`), aligned].join(', '),
  };
}

export const transformWords: Record<Transform, string> = {
  identity: 'as it is',
  rotate_180: 'turned 180°',
  flip_left_right: 'mirrored left to right',
  flip_up_down: 'mirrored top to bottom',
  rotate_90: 'turned 90° right',
  rotate_270: 'turned 90° left',
  transpose: 'along the diagonal',
  anti_transpose: 'along the other diagonal',
};

/** `clip_000_orbit` and `evening_lamps` as the rest of the room says them. */
export function clipLabel(item: Pick<OrientationItem, 'clipName' | 'variantName' | 'fileName'>): string {
  const parts = [item.clipName, item.variantName].filter((part) => part !== null);
  return parts.length === 0
    ? item.fileName
    : parts.map((part) => part.replace(/^clip_/, '').replaceAll('_', ' ')).join(', ');
}
