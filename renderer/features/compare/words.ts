import type { ClipRole, ClipWithRun, PromptOrigin } from '#shared/model/clip.ts';
import type { Match, SlotReason } from '../../player/index.ts';

export const roleWords: Readonly<Record<ClipRole, string>> = {
  render: 'render',
  depth: 'input depth',
  composite: 'composite',
  polished: 'polished',
  augmented: 'augmented',
  interaction: 'interaction',
  trimmed_input: 'trimmed input',
  trimmed_depth: 'trimmed depth',
  oriented_input: 'oriented input',
  enriched: 'enriched',
  control_sidecar: 'control',
  rollout: 'rollout',
  overlay: 'overlay',
  other: 'clip',
};

export const promptOriginWords: Readonly<Record<PromptOrigin, string>> = {
  builtin: 'built in',
  builtin_industrial: 'built in, industrial',
  config: 'from config',
  warmup_cache: 'from warm-up cache',
  model_written: 'written by a model',
  unknown: 'origin unknown',
};

/** Role and what tells clips of that role apart: `control depth, morning_daylight`. */
export function clipWords(clip: ClipWithRun): string {
  const kind = clip.controlKind === null ? '' : ` ${clip.controlKind}`;
  const rest = [clip.variantName, clip.condition].filter((part) => part !== null && part !== '');
  return [`${roleWords[clip.role]}${kind}`, ...rest].join(', ');
}

export const reasonWords: Readonly<Record<SlotReason, { readonly title: string; readonly text: string }>> = {
  hole: { title: 'Frame missing', text: 'The clip’s times leave a gap here: this frame was never written.' },
  truncated: {
    title: 'Cut off',
    text: 'The index lists this frame, its bytes are not in the file. Pull the file again.',
  },
  not_decodable: { title: 'Not decodable', text: 'The decoder gave no picture for this frame.' },
  damaged_data: {
    title: 'Damaged',
    text: 'The data of this keyframe group is damaged. Decoding goes on at the next keyframe; nothing is filled in.',
  },
  reference_missing: { title: 'Damaged', text: 'This frame is built from one that is not in the file.' },
};

/** How the two sides are matched, in a few words. */
export function ruleWords(match: Match): string {
  const { rule } = match;
  switch (rule.kind) {
    case 'trim':
      return 'by source frame';
    case 'index':
      return rule.offset === 0 ? 'by frame number' : `by frame number, B ${signed(rule.offset)}`;
    case 'rate':
      return `by rate, ${rule.stepLeft} to ${rule.stepRight}${rule.phase === 0 ? '' : `, B ${signed(rule.phase)}`}`;
    case 'time':
      return 'by time';
    case 'alone':
      return 'not matched';
    default:
      return rule satisfies never;
  }
}

export function signed(value: number): string {
  return value < 0 ? `−${-value}` : `+${value}`;
}

/** Milliseconds with as many decimals as they are worth. */
export function formatMs(ms: number): string {
  return ms < 0.05 ? '0 ms' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
