import { createHash, createHmac } from 'node:crypto';

/** What decides the sides of a study. Both stay in the engine until the labels are locked. */
export type SideSecret = {
  /** 32 random bytes, as hex. */
  readonly seed: string;
  /** 32 random bytes, as hex: without it the commitment could be tried out. */
  readonly salt: string;
};

export type CandidateSide = 'left' | 'right';

/**
 * On which side each source clip shows the candidate, for one reviewer: fixed inside a clip, random over clips, and
 * balanced (the two sides differ by one clip at most). The order of `sourceClips` does not matter.
 */
export function assignSides(
  { seed }: Pick<SideSecret, 'seed'>,
  reviewer: string,
  sourceClips: readonly string[],
): ReadonlyMap<string, CandidateSide> {
  const draw = (purpose: string, clip: string): string =>
    createHmac('sha256', seed)
      .update(JSON.stringify([purpose, reviewer, clip]))
      .digest('hex');
  const shuffled = [...new Set(sourceClips)]
    .map((clip) => ({ clip, drawn: draw('clip', clip) }))
    .toSorted((a, b) => (a.drawn < b.drawn ? -1 : 1));
  // Which side gets the odd one is drawn as well: otherwise one side would hold the candidate more often over reviewers.
  const isLeftFirst = Number.parseInt(draw('first', '').slice(0, 2), 16) < 128;
  return new Map(shuffled.map(({ clip }, at) => [clip, (at % 2 === 0) === isLeftFirst ? 'left' : 'right']));
}

/** What the locked plan says of the sides before the first label: nothing, until seed and salt are shown. */
export function commitToSides({ seed, salt }: SideSecret): string {
  return createHash('sha256')
    .update(JSON.stringify(['study sides', salt, seed]))
    .digest('hex');
}
