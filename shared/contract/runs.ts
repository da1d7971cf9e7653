import { z } from 'zod';
import { clipRoleSchema, clipWithRunSchema, pairSuggestionSchema } from '../model/clip.ts';
import { clipIdSchema, logIdSchema, mediaIdSchema, runIdSchema } from '../model/ids.ts';
import { logLevelSchema, logLineSchema, searchHitSchema } from '../model/log.ts';
import { readProblemSchema, runDetailSchema, runListItemSchema } from '../model/run.ts';
import { gatesStateSchema, provenanceStateSchema, runStatusSchema } from '../model/verdict.ts';
import { job, query } from './define.ts';

export const importResultSchema = z.object({
  path: z.string(),
  runs: z.array(
    z.object({
      runId: runIdSchema,
      name: z.string(),
      /** `new_run`: first seen. `new_observation`: seen before, elsewhere or changed. `unchanged`: nothing new. */
      outcome: z.enum(['new_run', 'new_observation', 'unchanged']),
      clipCount: z.number().int(),
      newLogLines: z.number().int(),
    }),
  ),
  problems: z.array(readProblemSchema),
});
export type ImportResult = z.infer<typeof importResultSchema>;

export const runSortSchema = z.enum([
  'startedAt',
  'name',
  'status',
  'gates',
  'provenance',
  'clipCount',
  'elapsedSeconds',
  'sizeBytes',
  'lastSeenAt',
]);

export const runMethods = {
  'runs.import': job({
    summary: 'Reads run folders (a run, a snapshot, or a parent of several) into the history; never writes into them',
    input: z.strictObject({ path: z.string().min(1).max(4000) }),
    output: importResultSchema,
  }),
  'runs.list': query({
    summary: 'Runs, newest first, with the three verdicts',
    input: z.strictObject({
      text: z.string().max(200).optional(),
      facilityId: z.string().max(200).optional(),
      status: z.array(runStatusSchema).optional(),
      gates: z.array(gatesStateSchema).optional(),
      provenance: z.array(provenanceStateSchema).optional(),
      since: z.string().max(40).optional(),
      /** Only runs of which no folder could be reached when they were last looked for. */
      filesMissing: z.literal(true).optional(),
      sort: runSortSchema.optional(),
      descending: z.boolean().optional(),
      offset: z.number().int().min(0).optional(),
      limit: z.number().int().min(1).max(20_000).optional(),
    }),
    output: z.object({
      items: z.array(runListItemSchema),
      /** Runs that match the filters. */
      matchCount: z.number().int(),
      /** Runs in the workspace. */
      totalCount: z.number().int(),
      facilityIds: z.array(z.string()),
    }),
  }),
  'runs.get': query({
    summary: 'One run with stages in canonical order, gates, attempts, observations, logs and prompts',
    input: z.strictObject({ id: runIdSchema }),
    output: runDetailSchema,
  }),
  'runs.files': query({
    summary: 'Files of a run as last seen',
    input: z.strictObject({ id: runIdSchema }),
    output: z.object({
      items: z.array(z.object({ path: z.string(), sizeBytes: z.number(), modifiedAt: z.string().nullable() })),
      isPresent: z.boolean(),
      root: z.string(),
    }),
  }),
  'clips.list': query({
    summary: 'Clips of a run (or of all runs) with role, prompt and its inferred origin, trim window, probe results',
    input: z.strictObject({
      runId: runIdSchema.optional(),
      role: z.array(clipRoleSchema).optional(),
      clipName: z.string().max(200).optional(),
      variantName: z.string().max(200).optional(),
      text: z.string().max(200).optional(),
      offset: z.number().int().min(0).optional(),
      limit: z.number().int().min(1).max(20_000).optional(),
    }),
    output: z.object({ items: z.array(clipWithRunSchema), matchCount: z.number().int() }),
  }),
  'clips.get': query({
    summary: 'One clip with all that is known of it',
    input: z.strictObject({ id: clipIdSchema }),
    output: clipWithRunSchema,
  }),
  'clips.suggestPairs': query({
    summary: 'Pairs worth comparing: with a clip, within a run, or of the newest run',
    input: z.strictObject({ clipId: clipIdSchema.optional(), runId: runIdSchema.optional() }),
    output: z.object({ items: z.array(pairSuggestionSchema) }),
  }),
  'clips.convert': job({
    summary: 'Makes a cached H.264 copy of a clip that can not be decoded here; the original is not touched',
    input: z.strictObject({ id: clipIdSchema }),
    output: z.object({ clipId: clipIdSchema, convertedMediaId: mediaIdSchema, frameCount: z.number().int() }),
  }),
  'logs.read': query({
    summary: 'Lines of a log, filtered by level, stage or text',
    input: z.strictObject({
      id: logIdSchema,
      /** First line wanted, counted in matching lines. */
      offset: z.number().int().min(0).optional(),
      limit: z.number().int().min(1).max(5000).optional(),
      levels: z.array(logLevelSchema).optional(),
      stageKey: z.string().max(100).optional(),
      text: z.string().max(200).optional(),
    }),
    output: z.object({
      items: z.array(logLineSchema),
      matchCount: z.number().int(),
      lineCount: z.number().int(),
      /** Position among the matching lines of the first error, for "jump to error". */
      firstErrorOffset: z.number().int().nullable(),
    }),
  }),
  'history.search': query({
    summary: 'Finds words in runs, stage details, prompts and log lines, newest first',
    input: z.strictObject({
      text: z.string().min(1).max(200),
      kinds: z.array(z.enum(['log', 'run', 'stage', 'prompt', 'clip', 'note'])).optional(),
      runId: runIdSchema.optional(),
      stageKey: z.string().max(100).optional(),
      levels: z.array(logLevelSchema).optional(),
      limit: z.number().int().min(1).max(500).optional(),
    }),
    output: z.object({
      items: z.array(searchHitSchema),
      /** True when there are more hits than were asked for. */
      hasMore: z.boolean(),
      /** True when words were also searched as parts of words (error lines and metadata). */
      usedSubstrings: z.boolean(),
    }),
  }),
  'history.rebuild': job({
    summary: 'Makes the index anew from the run folders and, where they are gone, from what was seen of them',
    input: z.strictObject({}),
    output: z.object({
      runCount: z.number().int(),
      fromFolders: z.number().int(),
      fromObservations: z.number().int(),
      problems: z.array(readProblemSchema),
    }),
  }),
} as const;
