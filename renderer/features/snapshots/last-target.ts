import { z } from 'zod';
import type { MethodInput } from '#shared/contract/index.ts';
import type { Job } from '#shared/model/job.ts';

const targetSchema = z.object({
  target: z.object({
    host: z.string(),
    port: z.number().optional(),
    user: z.string().optional(),
    keyFile: z.string().optional(),
  }),
});

/** Where the last pull of a machine outside of the fleet went; null when it named no target. */
export function targetOf(job: Pick<Job, 'input'>): NonNullable<MethodInput<'snapshots.pull'>['target']> | null {
  const read = targetSchema.safeParse(job.input);
  return read.success ? read.data.target : null;
}

/** The same pull once more. A key of a first contact was taken then: another one is refused. */
export function pullAgain(instanceId: string, job: Pick<Job, 'input'> | null): MethodInput<'snapshots.pull'> {
  const target = job === null ? null : targetOf(job);
  if (job === null || target === null) return { instanceId };
  const { items, profileId } = z
    .object({
      items: z.array(z.looseObject({ remote: z.string(), local: z.string() })).optional(),
      profileId: z.string().optional(),
    })
    .parse(job.input);
  return {
    instanceId,
    target,
    ...(items === undefined ? {} : { items }),
    ...(profileId === undefined ? {} : { profileId }),
  };
}
