import { z } from 'zod';
import { isoTimeSchema, logIdSchema, runIdSchema } from './ids.ts';

export const logLevelSchema = z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'NONE']);
export type LogLevel = z.infer<typeof logLevelSchema>;

export const logLineSchema = z.object({
  /** 1-based line number in the file. */
  line: z.number().int(),
  at: isoTimeSchema.nullable(),
  level: logLevelSchema,
  logger: z.string(),
  text: z.string(),
  stageKey: z.string().nullable(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const searchHitSchema = z.object({
  kind: z.enum(['log', 'run', 'stage', 'prompt', 'clip', 'note']),
  runId: runIdSchema,
  runName: z.string(),
  instanceId: z.string().nullable(),
  stageKey: z.string().nullable(),
  at: isoTimeSchema.nullable(),
  level: logLevelSchema.nullable(),
  logId: logIdSchema.nullable(),
  logPath: z.string().nullable(),
  line: z.number().int().nullable(),
  clipId: z.string().nullable(),
  text: z.string(),
  /** Half-open character ranges of `text` that matched. */
  highlights: z.array(z.tuple([z.number().int(), z.number().int()])),
});
export type SearchHit = z.infer<typeof searchHitSchema>;
