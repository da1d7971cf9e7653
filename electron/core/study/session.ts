import { createHmac } from 'node:crypto';
import type { StudyPairPlan, StudyPlan } from '#shared/model/study.ts';
import { base32 } from '../ids.ts';
import { evenFrames } from './propose.ts';
import { assignSides, type CandidateSide, type SideSecret } from './sides.ts';

/**
 * - `plain`: a pair of the plan. - `repeat`: one that was asked before, sides swapped.
 * - `same`: one clip on both sides. - `absent`: a clip without an arm on both sides.
 */
export type BlockKind = 'plain' | 'repeat' | 'same' | 'absent';

/** One frame of one pair of clips, as a reviewer gets it. */
export type SessionItem = {
  readonly itemId: string;
  readonly kind: BlockKind;
  /** Null for `absent`. */
  readonly pair: StudyPairPlan | null;
  /** On which side the candidate is; null where both sides show one clip. */
  readonly candidateSide: CandidateSide | null;
  readonly frame: number;
  readonly frameNumber: number;
  readonly left: ShownClip;
  readonly right: ShownClip;
};

/** A clip under a name of its own for this reviewer, this block and this side. */
export type ShownClip = { readonly blindId: string; readonly mediaId: string };

/** Frames of a check: enough to see whether somebody looks, few enough to cost no patience. */
const checkFrames = 4;
/** About a tenth of the pairs comes again. */
const repeatShare = 0.1;
const sameCount = 2;

/**
 * All questions of one reviewer in their order, the same after a restart: clips in an order of the reviewer's own, the
 * frames of a clip one after the other, repeats after what they repeat, checks in between.
 * Ids say nothing: they come from the study's secret.
 */
export function sessionOf(plan: StudyPlan, secret: SideSecret, reviewer: string): SessionItem[] {
  const draw = (...parts: readonly (string | number)[]): Buffer =>
    createHmac('sha256', secret.seed)
      .update(JSON.stringify(['session', reviewer, ...parts]))
      .digest();
  const order = <T>(purpose: string, values: readonly T[], keyOf: (value: T) => string): T[] =>
    values
      .map((value) => ({ value, drawn: draw(purpose, keyOf(value)).toString('hex') }))
      .toSorted((a, b) => (a.drawn < b.drawn ? -1 : 1))
      .map(({ value }) => value);
  const sides = assignSides(
    secret,
    reviewer,
    plan.pairs.map((pair) => pair.sourceClip),
  );
  const shown = (blockId: string, side: 'left' | 'right', mediaId: string): ShownClip => ({
    blindId: base32(draw('media', blockId, side)).slice(0, 26),
    mediaId,
  });

  type Block = Pick<SessionItem, 'kind' | 'pair' | 'candidateSide'> & {
    readonly id: string;
    readonly left: string;
    readonly right: string;
    readonly frames: readonly number[];
  };
  const blockOf = (kind: 'plain' | 'repeat', pair: StudyPairPlan): Block => {
    const own = sides.get(pair.sourceClip)!;
    const candidateSide = kind === 'plain' ? own : own === 'left' ? 'right' : 'left';
    const [left, right] = candidateSide === 'left' ? [pair.candidate, pair.baseline] : [pair.baseline, pair.candidate];
    return {
      id: `${kind} ${pair.pairId}`,
      kind,
      pair,
      candidateSide,
      left: left.shownMediaId,
      right: right.shownMediaId,
      frames: pair.frames,
    };
  };
  const repeated = order('repeat', plan.pairs, ({ pairId }) => pairId).slice(
    0,
    plan.pairs.length < 4 ? 0 : Math.ceil(plan.pairs.length * repeatShare),
  );
  const same = order('same', plan.pairs, ({ pairId }) => pairId)
    .slice(0, plan.pairs.length < 4 ? 0 : sameCount)
    .map((pair): Block => {
      const { shownMediaId } = draw('which', pair.pairId)[0]! < 128 ? pair.baseline : pair.candidate;
      return {
        id: `same ${pair.pairId}`,
        kind: 'same',
        pair,
        candidateSide: null,
        left: shownMediaId,
        right: shownMediaId,
        frames: evenFrames(pair.frames.length, checkFrames).map((at) => pair.frames[at]!),
      };
    });
  const absent = plan.absent.map(({ sourceClip, shownMediaId, frames }): Block => ({
    id: `absent ${sourceClip}`,
    kind: 'absent',
    pair: null,
    candidateSide: null,
    left: shownMediaId,
    right: shownMediaId,
    frames,
  }));
  const blocks = order(
    'order',
    [
      ...plan.pairs.map((pair) => blockOf('plain', pair)),
      ...repeated.map((pair) => blockOf('repeat', pair)),
      ...same,
      ...absent,
    ],
    ({ id }) => id,
  );
  putRepeatsBehind(blocks);
  return blocks.flatMap((block) =>
    block.frames.map((frame, at) => ({
      itemId: `item_${base32(draw('item', block.id, frame)).slice(0, 20)}`,
      kind: block.kind,
      pair: block.pair,
      candidateSide: block.candidateSide,
      frame,
      frameNumber: at + 1,
      left: shown(block.id, 'left', block.left),
      right: shown(block.id, 'right', block.right),
    })),
  );
}

/** A repeat before its original would be the original: where the draw put it first, the two change places. */
function putRepeatsBehind(blocks: { kind: BlockKind; pair: StudyPairPlan | null }[]): void {
  for (const [at, block] of blocks.entries()) {
    if (block.kind !== 'repeat') continue;
    const original = blocks.findIndex((each) => each.kind === 'plain' && each.pair?.pairId === block.pair?.pairId);
    if (original > at) [blocks[at], blocks[original]] = [blocks[original]!, block];
  }
}
