import { z } from 'zod';

const moduleName = z.string().regex(/^[A-Za-z_][\w.]{0,99}$/, 'a module is letters, digits, dots and underscores');

const gatedFileSchema = z.strictObject({
  /** `owner/name`, or `datasets/owner/name`. */
  repository: z.string().regex(/^(?:datasets\/)?[\w.-]+\/[\w.-]+$/, 'a repository is owner/name'),
  /** Fetched when `match` finds nothing, or is left out. */
  file: z.string().min(1).max(300),
  revision: z.string().max(60).default('main'),
  /** The file of which a byte is fetched: the first of the repository that fits. */
  match: z.string().max(200).optional(),
  stages: z.array(z.string()).default([]),
  /** Needed only then. */
  only: z.enum(['guardrails', 'dual']).optional(),
});

export type GatedFile = z.infer<typeof gatedFileSchema>;

export const machineChecksSchema = z.strictObject({
  id: z.literal('machine-checks'),
  probes: z.array(moduleName).max(20),
  /** Each is imported on the machine before a run, all missing ones at once. */
  imports: z.array(moduleName).max(50).default([]),
  /** Variables that a run needs; whether they are there is all that is looked at. */
  variables: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/))
    .max(20)
    .default([]),
  /** Memory of the GPU that enrichment and training need, MiB. */
  gpuMb: z.number().int().nonnegative().default(79_000),
  gatedFiles: z.array(gatedFileSchema).max(100),
});
export type MachineChecks = z.infer<typeof machineChecksSchema>;
