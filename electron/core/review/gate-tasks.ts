import type { StudyLabels } from '#shared/rules/arm-gate/labels.ts';
import { evaluateGate, type GateEvaluation } from '#shared/rules/arm-gate/verdict.ts';

/** Resampling thousands of clips takes seconds: not on the engine's own thread. */
export const gateTasks = {
  'gate.evaluate': async (input: { readonly labels: StudyLabels }): Promise<GateEvaluation> =>
    evaluateGate(input.labels),
};
