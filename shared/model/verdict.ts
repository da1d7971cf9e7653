import { z } from 'zod';

/** Did the run finish? `cut_off`: it stopped without saying so (no summary, or a log that ends inside a stage). */
export const runStatusSchema = z.enum(['success', 'failed', 'running', 'cut_off', 'unknown']);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** Did the quality gates pass? Independent of the status: a finished run may have failed gates. */
export const gatesStateSchema = z.enum(['passed', 'failed', 'partly_measured', 'none_reached', 'unknown']);
export type GatesState = z.infer<typeof gatesStateSchema>;

/** How did the results come about? The worst of what holds: merged > stale > resumed > executed. */
export const provenanceStateSchema = z.enum(['executed', 'resumed', 'stale', 'merged', 'unknown']);
export type ProvenanceState = z.infer<typeof provenanceStateSchema>;

/** One verdict: a short label for a table cell, and the evidence behind it, a sentence each. */
function verdictOf<S extends z.ZodType>(state: S) {
  return z.object({ state, label: z.string(), evidence: z.array(z.string()) });
}
export const statusVerdictSchema = verdictOf(runStatusSchema);
export const gatesVerdictSchema = verdictOf(gatesStateSchema);
export const provenanceVerdictSchema = verdictOf(provenanceStateSchema);
export const runVerdictsSchema = z.object({
  status: statusVerdictSchema,
  gates: gatesVerdictSchema,
  provenance: provenanceVerdictSchema,
});
export type RunVerdicts = z.infer<typeof runVerdictsSchema>;

export const gateStateSchema = z.enum(['passed', 'failed', 'not_measured', 'unknown']);
/** One quality gate of a run: what was measured, against which limit, and where that was read. */
export const gateSchema = z.object({
  key: z.string(),
  name: z.string(),
  stageKey: z.string().nullable(),
  facilityId: z.string().nullable(),
  state: gateStateSchema,
  measured: z.string(),
  source: z.string(),
});
export type Gate = z.infer<typeof gateSchema>;
