import type { Clip, ClipRole, PromptOrigin } from '#shared/model/clip.ts';

export const roleWords: Record<ClipRole, string> = {
  render: 'Render',
  depth: 'Depth',
  composite: 'Composite',
  polished: 'Polished',
  augmented: 'Augmented',
  interaction: 'Interaction',
  trimmed_input: 'Trimmed input',
  trimmed_depth: 'Trimmed depth',
  oriented_input: 'Oriented input',
  enriched: 'Enriched',
  control_sidecar: 'Control',
  rollout: 'Rollout',
  overlay: 'Overlay',
  other: 'Other',
};

/** What is looked at first comes first: the render, what was made of it, then what only helped to make it. */
export const roleOrder: readonly ClipRole[] = [
  'render',
  'depth',
  'composite',
  'polished',
  'augmented',
  'interaction',
  'enriched',
  'rollout',
  'overlay',
  'control_sidecar',
  'oriented_input',
  'trimmed_input',
  'trimmed_depth',
  'other',
];

export const promptOriginWords: Record<PromptOrigin, string> = {
  builtin: 'built in',
  builtin_industrial: 'built in, industrial',
  config: 'from config',
  warmup_cache: 'from warm-up',
  model_written: 'written by a model',
  unknown: 'origin unknown',
};

/** `orbit_morning` → `orbit morning`; the pipeline's own names stay readable and searchable. */
function spaced(name: string): string {
  return name.replace(/^clip_/, '').replaceAll('_', ' ');
}

/** A column of the clip grid: role, and what tells two clips of a role apart. */
export function clipVersion(clip: Clip): string {
  const parts = [
    clip.role === 'enriched' ? null : roleWords[clip.role],
    clip.controlKind,
    clip.variantName === null ? null : spaced(clip.variantName),
    clip.condition,
  ];
  const words = parts.filter((part) => part !== null && part !== '').join(' ');
  return words === '' ? roleWords[clip.role] : words.charAt(0).toUpperCase() + words.slice(1);
}

export function clipGroup(clip: Clip): string {
  return clip.clipName === null ? 'Clip not named' : spaced(clip.clipName);
}

export function clipTitle(clip: Clip): string {
  return `${clipGroup(clip)}, ${clipVersion(clip)}`;
}
