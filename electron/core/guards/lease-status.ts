import { z } from 'zod';

const seconds = z.number().int();

/** The line that `lease-tool.sh` prints: the lease as the machine itself has it, by its own uptime. */
export const leaseStatusSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  hasKey: z.boolean(),
  isAlive: z.boolean(),
  upSeconds: seconds,
  graceLeftSeconds: seconds,
  leaseLeftSeconds: seconds,
  maxLeftSeconds: seconds,
  idleLimitSeconds: seconds.nullable(),
  quietSeconds: seconds.nullable(),
  busy: z.string(),
  request: z.string(),
  stopping: z.string(),
  drill: z.string(),
});
export type LeaseStatus = z.infer<typeof leaseStatusSchema>;

/** Reads the newest line that is one; null when there is none. */
export function parseLeaseStatus(text: string): LeaseStatus | null {
  for (const line of text.trimEnd().split('\n').toReversed()) {
    if (!line.startsWith('{')) continue;
    try {
      const parsed = leaseStatusSchema.safeParse(JSON.parse(line));
      if (parsed.success) return parsed.data;
    } catch {
      // A banner of the machine may look like anything.
    }
  }
  return null;
}
