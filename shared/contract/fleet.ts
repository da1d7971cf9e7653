import { z } from 'zod';
import { fleetItemSchema, fleetSchema } from '../model/fleet.ts';
import { instanceIdSchema } from '../model/instance.ts';
import { query } from './define.ts';

/** Ids are text; a number is taken too, because the API and people write them so. */
const instanceIdInput = z.union([instanceIdSchema, z.number().int().nonnegative()]).transform(String);

export const fleetMethods = {
  'instances.list': query({
    summary:
      'Every machine of the account, what it does and what it costs; the last known state when it can not be read',
    input: z.strictObject({}),
    output: fleetSchema,
  }),
  'instances.get': query({
    summary: 'One machine, read anew; a machine that is gone is told from its permanent record',
    input: z.strictObject({ id: instanceIdInput }),
    output: z.object({ item: fleetItemSchema, stale: z.boolean(), staleBecause: z.string().nullable() }),
  }),
} as const;
