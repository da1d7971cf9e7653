import { z } from 'zod';

export const findingSeveritySchema = z.enum(['error', 'warning', 'note']);

/** What a lint found: where, which incident it would repeat, and the form that is safe. */
export const findingSchema = z.object({
  rule: z.string(),
  severity: findingSeveritySchema,
  /** Id in the operations memory; null when no incident is known. */
  incident: z.string().nullable(),
  /** 1-based; null when the finding is about what is not there. */
  line: z.number().int().nullable(),
  message: z.string(),
  fix: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/** The same of a configuration, where it is about a key. */
export const lintFindingSchema = findingSchema.extend({
  /** `enrich.guidance`; null when it is about the file. */
  key: z.string().nullable(),
});
export type LintFinding = z.infer<typeof lintFindingSchema>;
export type FindingSeverity = z.infer<typeof findingSeveritySchema>;

const weight: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, note: 2 };

/** In the order of the file, the worst of a line first; what has no line comes last. */
export function inFileOrder<T extends Finding>(findings: readonly T[]): T[] {
  return findings.toSorted(
    (a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || weight[a.severity] - weight[b.severity],
  );
}
