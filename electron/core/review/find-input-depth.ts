import type { Transform } from '#shared/rules/orientation/transforms.ts';
import { flagOf, objectOf, textOf, type Loose } from '#shared/rules/loose.ts';
import { trimOf } from '../runs/read/clip-draft.ts';
import { pathOf } from '../runs/read/manifest-rows.ts';

/** Which depth went into a clip, and what the pipeline did to it on the way. */
export type InputDepth = {
  /** Relative to the run folder. */
  readonly path: string;
  readonly from: 'control_path' | 'rebuilt';
  /** To be done to the file's frames first; a file that Cosmos itself names has it behind it. */
  readonly turned: Transform;
  /** Frames of the file that the clip shows; null for all. */
  readonly trim: { readonly startFrame: number; readonly frameCount: number } | null;
  /** Why the arguments of Cosmos did not name it; null when they did. */
  readonly note: string | null;
};
export type InputDepthAnswer =
  | { readonly ok: true; readonly input: InputDepth }
  | { readonly ok: false; readonly because: string };

/** What the pipeline's words for an orientation fix do; `hvflip` and `rotate180` are the same. */
const fixes: Readonly<Record<string, Transform>> = {
  none: 'identity',
  rotate180: 'rotate_180',
  rotate180_depth_legacy: 'rotate_180',
  hvflip: 'rotate_180',
  hflip: 'flip_left_right',
  vflip: 'flip_up_down',
};

/**
 * Source of the chain: `source_depth_video_path` → oriented → trimmed → Cosmos. Cosmos' own arguments are the only
 * record of the file that was really used; where they are silent or the file is gone, the chain is gone through
 * again from the manifest's row.
 */
export function findInputDepth(of: {
  /** Cosmos' arguments of the clip; null when there is no such file. */
  readonly args: Loose | null;
  /** The clip's row in the enriched manifest. */
  readonly row: Loose | null;
  /** A path of the machine relative to the run folder; null when it lies outside of it. */
  readonly reRooted: (path: string) => string | null;
  readonly has: (relativePath: string) => boolean;
}): InputDepthAnswer {
  const { args, row, reRooted, has } = of;
  const named = textOf(objectOf(args, 'depth'), 'control_path');
  const used = named === null ? null : reRooted(named);
  if (used !== null && has(used))
    return { ok: true, input: { path: used, from: 'control_path', turned: 'identity', trim: null, note: null } };
  const note =
    args === null
      ? 'The arguments that Cosmos was given are not in the run folder.'
      : named === null
        ? 'The arguments that Cosmos was given name no depth.'
        : used === null
          ? `Cosmos was given ${named}, which lies outside the run folder.`
          : `Cosmos was given ${used}, which is not in the run folder.`;
  const missing = (why: string): InputDepthAnswer => ({ ok: false, because: `${note} ${why}` });
  if (row === null) return missing('The manifest has no row of this clip, so the input depth is not known.');
  const source = pathOf(row, 'source_depth_video_path', reRooted);
  if (source === null) return missing('The manifest names no depth in the run folder for it.');
  if (!has(source)) return missing(`${source}, from which it was made, is not there either.`);
  const fix = textOf(row, 'orientation_fix') ?? 'none';
  const turned = fixes[fix];
  if (turned === undefined) return missing(`The manifest names an orientation fix that is not known: ${fix}.`);
  const trim = trimOf(row, null);
  if (trim === null && flagOf(row, 'input_trimmed') === true)
    return missing('The manifest says that it was trimmed, and not where.');
  return { ok: true, input: { path: source, from: 'rebuilt', turned, trim, note } };
}
