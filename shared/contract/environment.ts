import { z } from 'zod';
import { environmentChangeSchema, environmentViewSchema } from '../model/environment.ts';
import { snapshotInstanceSchema } from '../model/snapshot.ts';
import { command, job, query } from './define.ts';
import { machineNameInput, machineShape, namesMachine } from './inputs.ts';

const named = z.strictObject({
  instanceId: machineNameInput,
  /** The first characters of the hash that is meant, as the room shows it. */
  hash: z.string().regex(/^[0-9a-f]{8,64}$/),
  name: z.string().trim().min(3).max(120),
});

export const environmentMethods = {
  'environment.probe': job({
    summary: 'Looks at the Python environment of a machine, without changing it: packages, files, CUDA, imports',
    input: z.strictObject({ ...machineShape, python: z.string().max(300).optional() }).refine(...namesMachine),
    output: environmentViewSchema,
  }),
  'environment.get': query({
    summary: 'The environment of a machine as it was last seen, held against its good state',
    input: z.strictObject({ instanceId: machineNameInput }),
    output: environmentViewSchema,
  }),
  'environment.accept': command({
    summary: 'Accepts a changed environment by name: launches on that machine are free again',
    input: named,
    output: environmentViewSchema,
  }),
  'environment.pin': command({
    summary: 'Remembers a state as known to be good, to hold other machines against it',
    input: named,
    output: environmentViewSchema,
  }),
  'environment.compare': query({
    summary: 'What differs between the environments of two machines, or between a machine and a pinned state',
    input: z.strictObject({
      instanceId: machineNameInput,
      other: z.union([
        z.strictObject({ instanceId: machineNameInput }),
        z.strictObject({ hash: z.string().regex(/^[0-9a-f]{8,64}$/) }),
      ]),
    }),
    output: z.object({
      instanceId: snapshotInstanceSchema,
      isSame: z.boolean(),
      words: z.string(),
      changes: z.array(environmentChangeSchema),
    }),
  }),
} as const;
