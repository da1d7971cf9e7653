import { z } from 'zod';
import { hubAnswerSchema } from '../model/hub.ts';
import { job } from './define.ts';
import { machineShape, namesMachine } from './inputs.ts';

/** What a run needs beside the core: the guardrail repository, and the policies of a run that is not wm_only. */
const needs = {
  guardrails: z.boolean().default(false),
  dual: z.boolean().default(false),
};

const output = z.object({
  /** The hub that was asked. */
  address: z.string(),
  /** Of the token by name only. */
  hasToken: z.boolean(),
  isGood: z.boolean(),
  words: z.string(),
  items: z.array(hubAnswerSchema.extend({ remedy: z.string().nullable() })),
});

export const hubMethods = {
  'hub.check': job({
    summary:
      'One byte of every gated file that a run needs, with the token of this computer, before a machine is rented',
    input: z.strictObject(needs),
    output,
  }),
  'hub.checkMachine': job({
    summary: 'The same from the machine itself, with the token that it has',
    input: z
      .strictObject({
        ...machineShape,
        ...needs,
        /** Where the pipeline is checked out: its scripts/runtime_env.local may hold the token. */
        checkout: z.string().max(1000).default('/workspace/BlueprintValidation'),
      })
      .refine(...namesMachine),
    output,
  }),
} as const;
