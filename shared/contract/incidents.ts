import { z } from 'zod';
import { runIdSchema } from '../model/ids.ts';
import { incidentIdSchema, incidentMatchSchema, incidentSchema, incidentViewSchema } from '../model/incident.ts';
import { configProblemSchema } from '../model/launch-preset.ts';
import { command, query } from './define.ts';

const words = z.string().min(3).max(600);

export const incidentMethods = {
  'incidents.list': query({
    summary: 'The operations memory: every incident, how it looks, what guards against it, how often jobs met it',
    input: z.strictObject({ text: z.string().max(200).optional() }),
    output: z.object({ items: z.array(incidentViewSchema), problems: z.array(configProblemSchema) }),
  }),
  'incidents.match': query({
    summary: 'Which incidents a log (or text, or the logs of a run) repeats, each with its lines',
    input: z.union([
      z.strictObject({ path: z.string().min(1).max(4000) }),
      z.strictObject({ text: z.string().min(1).max(2_000_000) }),
      z.strictObject({ runId: runIdSchema }),
    ]),
    output: z.object({
      items: z.array(incidentMatchSchema),
      files: z.number().int(),
      lines: z.number().int(),
      unread: z.array(z.string()),
    }),
  }),
  'incidents.add': command({
    summary: 'Adds an incident of your own to the memory, with the log line by which it is known again',
    input: z.strictObject({
      id: incidentIdSchema,
      title: z.string().min(3).max(160),
      symptom: words,
      cause: words,
      fix: words,
      todo: z.string().min(3).max(400),
      /** Its numbers may differ the next time; the rest has to be the same. */
      logLine: z.string().min(8).max(2000).optional(),
    }),
    output: incidentSchema,
  }),
  'incidents.exportMemory': query({
    summary: 'The memory in the form of OPS_MEMORY.md',
    input: z.strictObject({}),
    output: z.object({ markdown: z.string() }),
  }),
  'incidents.importMemory': command({
    summary: 'Takes the entries of an OPS_MEMORY.md that the memory does not have yet',
    input: z.union([
      z.strictObject({ path: z.string().min(1).max(4000) }),
      z.strictObject({ text: z.string().min(1).max(2_000_000) }),
    ]),
    output: z.object({
      read: z.number().int(),
      added: z.array(z.object({ id: incidentIdSchema, title: z.string() })),
    }),
  }),
} as const;
