import { z } from 'zod';
import { findingSchema } from '../rules/remote/finding.ts';

export const secretScanSchema = z.object({
  findings: z.array(
    z.object({
      /** Below the folder that was scanned. */
      file: z.string(),
      line: z.number().int(),
      rule: z.string(),
      /** Its kind and length; never the value. */
      masked: z.string(),
      message: z.string(),
    }),
  ),
  /** All of them, also when the list was cut. */
  findingCount: z.number().int(),
  filesRead: z.number().int(),
  /** Files that were there and left out by name. */
  excluded: z.array(z.string()),
  exclusions: z.array(z.string()),
  unread: z.array(z.object({ path: z.string(), because: z.string() })),
});
export type SecretScan = z.infer<typeof secretScanSchema>;

export const scriptFindingSchema = findingSchema.extend({ file: z.string() });
export type ScriptFinding = z.infer<typeof scriptFindingSchema>;
