import { z } from 'zod';
import { scriptFindingSchema, secretScanSchema } from '../model/remote-check.ts';
import { gateOverrideSchema } from '../model/launch.ts';
import { followSchema, remoteCheckSchema, remoteLaunchSchema, runStageSchema } from '../model/remote-run.ts';
import { remoteStepSchema, stepIdSchema } from '../model/step.ts';
import { job, query } from './define.ts';
import { checkoutShape, insidePath, machineNameInput, machinePathInput, machineShape, namesMachine } from './inputs.ts';

const variables = z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/), z.string().max(2000)).default({});
/** Names of secrets of this computer that the step gets; one that is not set is left out. */
const secretNames = z.array(z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/)).max(10);
/** Rules of the lint that a person has decided to pass over, typed. */
const override = z.array(z.string().max(60)).max(20).default([]);

const linted = z.object({
  /** Every script that was looked at, the one that runs first. */
  scripts: z.array(z.string()),
  findings: z.array(scriptFindingSchema),
  overridden: z.array(z.string()),
});

const runShape = {
  ...checkoutShape,
  /** Below the checkout. */
  config: insidePath,
  /** Run root on the machine. */
  workDir: machinePathInput.default('/models/outputs'),
  mode: z.enum(['fresh', 'resume']).default('fresh'),
  /** Only these, in this order; all of them without. */
  stages: z.array(runStageSchema).max(10).default([]),
};

export const remoteMethods = {
  'remote.prepare': job({
    summary: 'Uploads and runs a preparation on a machine, after every script that it runs was linted',
    input: z
      .strictObject({
        ...machineShape,
        ...checkoutShape,
        /** A script of the checkout … */
        script: insidePath.default('scripts/cloud_prepare_0787.sh'),
        /** … or a file of this computer in its place. */
        file: z.string().max(4000).optional(),
        /** Files of this computer that are put into the checkout first; one that is there already is kept beside it. */
        uploads: z
          .array(z.strictObject({ file: z.string().min(1).max(4000), to: insidePath }))
          .max(20)
          .default([]),
        variables,
        secrets: secretNames.default(['HF_TOKEN', 'GOOGLE_GENAI_API_KEY']),
        override,
      })
      .refine(...namesMachine),
    output: z.object({ step: remoteStepSchema, linted, uploaded: z.array(z.string()) }),
  }),
  'remote.audit': job({
    summary: 'Tests, lint, preflight and a secret scan in the environment as it is, which is proved to be unchanged',
    input: z
      .strictObject({
        ...machineShape,
        ...checkoutShape,
        config: insidePath.optional(),
        /** What pytest is given. */
        tests: z.array(insidePath).max(50).default([]),
        /** An audit of the checkout in place of the room's own; it is linted, and one that changes things is refused. */
        script: insidePath.optional(),
        /** More paths or globs that the secret scan leaves out. */
        exclude: z.array(z.string().min(1).max(300)).max(50).default([]),
        override,
      })
      .refine(...namesMachine),
    output: z.object({
      step: remoteStepSchema,
      linted,
      rows: z.array(remoteCheckSchema),
      scan: secretScanSchema,
      /** The environment before and after, by one hash. */
      environment: z.string(),
    }),
  }),
  'remote.preflight': job({
    summary: 'The preflight of the pipeline row by row, and what the room looks at beside it, on the machine itself',
    input: z.strictObject({ ...machineShape, ...runShape }).refine(...namesMachine),
    output: z.object({ rows: z.array(remoteCheckSchema), mayLaunch: z.boolean(), configHash: z.string().nullable() }),
  }),
  'remote.launch': job({
    summary: 'Starts a run behind its gate; each item that holds it is passed over by name and reason, or not at all',
    input: z
      .strictObject({
        ...machineShape,
        ...runShape,
        /** File below the work dir that the log is written to as well. */
        logFile: insidePath.default('run_all.log'),
        variables,
        overrides: z.array(gateOverrideSchema).max(40).default([]),
      })
      .refine(...namesMachine),
    output: z.object({ step: remoteStepSchema, launch: remoteLaunchSchema }),
  }),
  'remote.launches': query({
    summary: 'What was launched on machines: configuration, gate, overrides and environment, newest first',
    input: z.strictObject({
      instanceId: machineNameInput.optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.object({ items: z.array(remoteLaunchSchema) }),
  }),
  'remote.follow': query({
    summary:
      'A run as its log tells it: stages, levels, failures, and whether it is silent; with "ask" the machine says more',
    input: z.strictObject({
      id: stepIdSchema,
      /** Byte of the log to go on from; negative counts from its end. */
      from: z.number().int().default(-65_536),
      ask: z.boolean().default(false),
    }),
    output: followSchema,
  }),
} as const;
