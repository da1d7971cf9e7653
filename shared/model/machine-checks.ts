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
  gatedFiles: z.array(gatedFileSchema).max(100),
});
export type MachineChecks = z.infer<typeof machineChecksSchema>;
