import { z } from 'zod';
import { query } from './define.ts';
import { gateEvaluationSchema } from '../rules/arm-gate/verdict.ts';

export const gateMethods = {
  'gate.evaluate': query({
    summary: 'What the arm retention gate decides from a file of labels (or the labels themselves), line by line',
    input: z.strictObject({
      /** A path on this computer, or what such a file holds. */
      labels: z.union([z.string().min(1).max(4000), z.record(z.string(), z.unknown())]),
    }),
    output: gateEvaluationSchema.extend({
      studyId: z.string(),
      /** SHA-256 of the labels as they were evaluated. */
      labelsHash: z.string(),
      /** True when the file carried a seal, and it fits. */
      isSealed: z.boolean(),
    }),
  }),
} as const;
