import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';
import { gateOverrideSchema } from './launch.ts';
import { remoteStepSchema } from './step.ts';

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

/** Stages that have a command of their own in the pipeline. */
export const runStageSchema = z.enum([
  'render',
  'compose-robot',
  'polish-gemini',
  'augment-gaussian',
  'enrich',
  'finetune',
  'eval-policy',
  'export-rlds',
  'finetune-policy',
  'rl-loop-policy',
  'eval-trained-policy',
  'eval-visual',
  'eval-spatial',
]);

/** What was launched, kept for good: the machine may be long gone. */
export const remoteLaunchSchema = z.object({
  stepId: z.string(),
  instanceId: z.string(),
  at: isoTimeSchema,
  checkout: z.string(),
  workDir: z.string(),
  mode: z.enum(['fresh', 'resume']),
  stages: z.array(z.string()),
  config: z.object({ path: z.string(), sha256: z.string(), text: z.string() }),
  checks: z.array(remoteCheckSchema),
  overrides: z.array(gateOverrideSchema),
  /** Hash of the environment that it began in. */
  environment: z.string(),
  /** Prompts that the configuration names; without any, the pipeline writes or falls back on its own. */
  prompts: z.array(z.object({ name: z.string(), prompt: z.string(), origin: z.string() })),
});
export type RemoteLaunch = z.infer<typeof remoteLaunchSchema>;

export const followSchema = z.object({
  step: remoteStepSchema,
  /** In the order in which they began. */
  stages: z.array(
    z.object({
      key: z.string(),
      state: z.enum(['running', 'success', 'failed', 'skipped', 'reused']),
      startedAt: z.string().nullable(),
      seconds: z.number().nullable(),
      detail: z.string(),
    }),
  ),
  currentStage: z.string().nullable(),
  from: z.number().int(),
  to: z.number().int(),
  lines: z.array(z.object({ level: z.string(), stageKey: z.string().nullable(), text: z.string() })),
  errorCount: z.number().int(),
  /** Incidents of the operations memory that the log matches. */
  incidents: z.array(z.object({ id: z.string(), title: z.string() })),
  activity: z
    .object({
      /** Seconds since anything in the run root grew. */
      quietSeconds: z.number().nullable(),
      consoleTail: z.array(z.string()),
      gpuPercent: z.number().nullable(),
    })
    .nullable(),
  /** `silent`: no log, and files or the GPU show that it works. `stalled`: nothing shows it. */
  pulse: z.enum(['writing', 'silent', 'stalled', 'not_known', 'over']),
  pulseWords: z.string(),
  /** Spend so far and time left; null where the step is no run. */
  forecast: z
    .object({
      elapsedSeconds: z.number().nullable(),
      spentUsd: z.number().nullable(),
      /** Null when the history can not tell. */
      secondsLeft: z.number().nullable(),
      totalUsd: z.number().nullable(),
      words: z.string(),
    })
    .nullable(),
});
export type RunFollow = z.infer<typeof followSchema>;
