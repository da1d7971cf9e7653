import { z } from 'zod';
import type { Answer, StudyPair } from './labels.ts';

/** How far two reviewers agree; null where it is not defined, which is not the same as perfect. */
export const agreementSchema = z.object({
  /** Answers that both gave, both sides counted. */
  count: z.number().int(),
  raw: z.number().nullable(),
  /** Cohen's: undefined when each gave one and the same answer throughout. */
  kappa: z.number().nullable(),
  /** Gwet's AC1: holds where nearly all answers are alike and kappa falls. */
  ac1: z.number().nullable(),
  /** Of the answers that at least one of them called "no". */
  onNo: z.number().nullable(),
});
export type Agreement = z.infer<typeof agreementSchema>;

/**
 * Every two reviewers of a pair of clips, put together. Null when nothing was looked at by two.
 */
export function agreementOf(pairs: readonly StudyPair[]): Agreement | null {
  const given: [Answer, Answer][] = [];
  for (const { labels } of pairs)
    for (const [at, first] of labels.entries())
      for (const second of labels.slice(at + 1)) {
        if (first.reviewer === second.reviewer) continue;
        for (const label of first.frames) {
          const other = second.frames.find(({ frame }) => frame === label.frame);
          if (other === undefined) continue;
          given.push([label.baseline, other.baseline], [label.candidate, other.candidate]);
        }
      }
  return given.length === 0 ? null : measure(given);
}

function measure(given: readonly (readonly [Answer, Answer])[]): Agreement {
  const count = given.length;
  const answers = ['yes', 'no', 'unsure'] as const satisfies readonly Answer[];
  const raw = given.filter(([a, b]) => a === b).length / count;
  const rate = (who: 0 | 1, answer: Answer): number => given.filter((pair) => pair[who] === answer).length / count;
  const byChance = answers.reduce((sum, answer) => sum + rate(0, answer) * rate(1, answer), 0);
  const used = answers.filter((answer) => rate(0, answer) + rate(1, answer) > 0);
  const shares = answers.map((answer) => (rate(0, answer) + rate(1, answer)) / 2);
  const byChanceAc1 =
    used.length < 2 ? null : shares.reduce((sum, share) => sum + share * (1 - share), 0) / (used.length - 1);
  const no = given.filter((pair) => pair.includes('no'));
  return {
    count,
    raw,
    kappa: byChance >= 1 ? null : (raw - byChance) / (1 - byChance),
    ac1: byChanceAc1 === null || byChanceAc1 >= 1 ? null : (raw - byChanceAc1) / (1 - byChanceAc1),
    onNo: no.length === 0 ? null : no.filter(([a, b]) => a === b).length / no.length,
  };
}
