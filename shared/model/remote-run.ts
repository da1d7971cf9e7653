import { z } from 'zod';

/** One thing that was looked at before a run, with what was seen. */
export const remoteCheckSchema = z.object({
  /** Names of the pipeline's own checks may repeat. */
  id: z.string(),
  by: z.enum(['pipeline', 'room']),
  /** `not_checked`: nobody could tell; it holds a launch as a failed one does. `warning`: it is told, and holds nothing. */
  state: z.enum(['passed', 'warning', 'failed', 'not_checked']),
  evidence: z.string(),
  /** What to do; null when there is nothing to do. */
  fix: z.string().nullable(),
  /** Id in the operations memory; null when no incident is known. */
  incident: z.string().nullable(),
});
export type RemoteCheck = z.infer<typeof remoteCheckSchema>;
