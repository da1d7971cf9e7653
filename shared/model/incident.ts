import { z } from 'zod';
import { isoTimeSchema, jobIdSchema } from './ids.ts';

export const incidentIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'an id is letters, digits and dashes');

/** A regular expression without what can take exponential time: a group with a repeat inside that is repeated. */
const pattern = z
  .string()
  .min(3)
  .max(300)
  .superRefine((text, context) => {
    if (!isExpression(text)) context.addIssue({ code: 'custom', message: 'it is no regular expression' });
    if (/\([^)]*[+*][^)]*\)[+*{]/.test(text))
      context.addIssue({ code: 'custom', message: 'a repeated group with a repeat inside can take for ever' });
  });

function isExpression(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

const signatureSchema = z.strictObject({
  /** On a line of a log: as a regular expression, anywhere in it. */
  log: pattern.optional(),
  /** Also needed on the same line or one of the three before it. */
  near: pattern.optional(),
  /** The name of a preflight check that failed. */
  check: z.string().max(200).optional(),
  /** A rule of the lint of configurations and scripts. */
  rule: z.string().max(60).optional(),
});

/** One failure that happened before: how it looks, what it was, what ended it, and what guards against it now. */
export const incidentSchema = z.strictObject({
  id: incidentIdSchema,
  title: z.string().min(3).max(160),
  /** `incident`: on the list of thirteen; `finding`: A to F; `trap`: known from reading, met by nobody yet. */
  kind: z.enum(['incident', 'finding', 'trap', 'own']),
  symptom: z.string().min(3).max(600),
  cause: z.string().min(3).max(600),
  fix: z.string().min(3).max(600),
  /** What a person does when it is met. */
  todo: z.string().min(3).max(400),
  /** What in the room covers it; null when nothing does. */
  guard: z.string().max(400).nullable().default(null),
  /** Kinds of job that run the guard: one that ended well has passed it. */
  provedBy: z
    .array(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/))
    .max(10)
    .default([]),
  signatures: z.array(signatureSchema).max(20).default([]),
});
export type Incident = z.infer<typeof incidentSchema>;

export const incidentFileSchema = z.strictObject({ incidents: z.array(incidentSchema).max(200) });

export const incidentEvidenceSchema = z.object({
  /** Where it was read: a path below what was given, or the words "text", "lint", "check". */
  source: z.string(),
  line: z.number().int().nullable(),
  /** The line, secrets masked, 300 characters at most. */
  text: z.string(),
});
export type IncidentEvidence = z.infer<typeof incidentEvidenceSchema>;

export const incidentMatchSchema = z.object({
  id: incidentIdSchema,
  /** "This is incident 5: natsort is missing; fixed by …" */
  words: z.string(),
  title: z.string(),
  cause: z.string(),
  todo: z.string(),
  guard: z.string().nullable(),
  count: z.number().int(),
  /** The first few. */
  evidence: z.array(incidentEvidenceSchema),
});
export type IncidentMatch = z.infer<typeof incidentMatchSchema>;

/** An incident with what the room knows of it. */
export const incidentViewSchema = incidentSchema.extend({
  source: z.enum(['shipped', 'workspace']),
  /** How often jobs of this workspace failed with it. */
  jobCount: z.number().int(),
  lastJobAt: isoTimeSchema.nullable(),
  lastJobId: jobIdSchema.nullable(),
  /** The newest job that ended well with the guard in it; null when none did in this workspace. */
  lastProof: z.object({ jobId: jobIdSchema, kind: z.string(), at: isoTimeSchema }).nullable(),
});
export type IncidentView = z.infer<typeof incidentViewSchema>;
