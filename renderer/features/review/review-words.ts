import type { TriageItem } from '#shared/contract/triage.ts';
import type { TriageKind } from '#shared/rules/triage.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

export const reasonMarks: Readonly<Record<TriageKind, { readonly shape: StateShape; readonly word: string }>> = {
  changed_since_review: { shape: 'warn', word: 'Changed' },
  depth_wrong: { shape: 'fail', word: 'Depth' },
  gates_failed: { shape: 'fail', word: 'Gates' },
  flagged: { shape: 'warn', word: 'Flagged' },
  low_similarity: { shape: 'warn', word: 'Unlike' },
  builtin_prompt: { shape: 'warn', word: 'Prompt' },
  depth_unchecked: { shape: 'unknown', word: 'Depth unchecked' },
};

/** What a filter is called. */
export const reasonNames: Readonly<Record<TriageKind, string>> = {
  changed_since_review: 'Changed since review',
  depth_wrong: 'Depth not aligned',
  gates_failed: 'Failed gates',
  flagged: 'Flagged rows',
  low_similarity: 'Low similarity',
  builtin_prompt: 'Built-in prompt',
  depth_unchecked: 'Depth unchecked',
};

/** The same item in every reading. */
export const keyOf = (item: TriageItem): string => item.clipId ?? item.runId;

/** A clip by its source and variant; a run by its name. */
export function titleOf(item: TriageItem): string {
  if (item.clipId === null) return item.runName;
  const { clipName, variantName, path } = item;
  const parts = [clipName, variantName].filter((part) => part !== null);
  return parts.length === 0 ? (path ?? item.clipId) : parts.join(', ');
}
