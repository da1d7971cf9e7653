import { z } from 'zod';
import { scriptFindingSchema, secretScanSchema } from '../model/remote-check.ts';
import { lintFindingSchema } from '../rules/remote/finding.ts';
import { command, query } from './define.ts';
import { checkoutShape, insidePath, machineNameInput } from './inputs.ts';

/** Nothing else of this computer is read into a page or written from one. */
const yamlPath = z
  .string()
  .min(1)
  .max(4000)
  .regex(/^\/.*\.ya?ml$/, 'an absolute path that ends with .yaml or .yml');

/** A file or a text of which a person is not done yet. */
const pathOrText = <T extends z.ZodRawShape>(more: T) =>
  z.union([
    z.strictObject({ path: z.string().min(1).max(4000), ...more }),
    z.strictObject({ text: z.string().max(256 * 1024), ...more }),
  ]);

/** What the room can not see in the configuration; what is left out counts neither way. */
const surroundingsSchema = z.strictObject({
  ratePerHourUsd: z.number().nullable().optional(),
  shutdownCommand: z.string().max(4000).nullable().optional(),
  mode: z.enum(['fresh', 'resume']).optional(),
  isDryRun: z.boolean().optional(),
  hasResults: z.boolean().optional(),
  hasWarmupCache: z.boolean().optional(),
});

export const checkMethods = {
  'configs.lint': query({
    summary: 'What in a configuration of the pipeline would cost a paid hour, each with its line and its incident',
    input: pathOrText({ launch: surroundingsSchema.optional() }),
    output: z.object({
      findings: z.array(lintFindingSchema),
      /** SHA-256 of the text as it was looked at. */
      hash: z.string(),
      /** False when an error was found. */
      mayLaunch: z.boolean(),
    }),
  }),
  'configs.read': query({
    summary: 'The text of a configuration, from this computer or from a checkout on a machine',
    input: z.union([
      z.strictObject({ path: yamlPath }),
      z.strictObject({
        instanceId: machineNameInput,
        ...checkoutShape,
        /** Below the checkout. */
        path: insidePath.regex(/\.ya?ml$/, 'a path that ends with .yaml or .yml'),
      }),
    ]),
    output: z.object({ path: z.string(), text: z.string(), hash: z.string() }),
  }),
  'configs.write': command({
    summary: 'Writes a configuration on this computer; what stood there is kept beside it',
    input: z.strictObject({
      path: yamlPath,
      text: z.string().max(256 * 1024),
      /** SHA-256 of what was read there; null: nothing is there. */
      expectedHash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
    output: z.object({
      path: z.string(),
      hash: z.string(),
      /** Where what stood there is kept; null when nothing did. */
      keptAs: z.string().nullable(),
    }),
  }),
  'configs.keys': query({
    summary: 'Every key that the pipeline reads, for completion',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(z.object({ key: z.string(), kind: z.enum(['switch', 'number', 'other', 'section']) })),
    }),
  }),
  'scripts.lint': query({
    summary: 'What in a script (or every script of a folder) may break a prepared machine or lose its copies',
    input: z.union([
      z.strictObject({ path: z.string().min(1).max(4000) }),
      z.strictObject({ text: z.string().max(256 * 1024), name: z.string().max(200).default('script.sh') }),
    ]),
    output: z.object({
      findings: z.array(scriptFindingSchema),
      files: z.array(z.string()),
      unread: z.array(z.string()),
    }),
  }),
  'secrets.scan': query({
    summary: 'Secrets in the files below a folder, masked; scripts/runtime_env.local is left out by name',
    input: z.strictObject({
      path: z.string().min(1).max(4000),
      /** More paths or globs that are left out, relative to the folder. */
      exclude: z.array(z.string().min(1).max(300)).max(50).default([]),
    }),
    output: secretScanSchema,
  }),
} as const;
