import { z } from 'zod';
import { stopPolicySchema } from './guard.ts';
import { offerFiltersSchema } from './offer.ts';

export const presetIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'an id is a-z, 0-9 and dashes');

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'a variable is letters, digits and underscores');
/** The value of a variable, or the name of the secret that holds it. */
const variableValue = z.union([
  z.string().max(2000),
  z.strictObject({
    secret: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,99}$/, 'a secret is named with letters, digits, . _ and -'),
    /** Left out of the launch when it is not set. */
    optional: z.boolean().default(false),
  }),
]);

const secretLike = /(?:token|secret|passw|credential|private|api_?key|access_?key|application_?key)/i;

const envSchema = z.record(variableName, variableValue).superRefine((env, context) => {
  for (const [name, value] of Object.entries(env))
    if (typeof value === 'string' && secretLike.test(name))
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `its value looks like a secret; name the secret that holds it: ${name}: { secret: ${name} }`,
      });
});

/** A launch preset as its YAML file says it: what to rent, what to put on it, and what stops it. */
export const launchPresetSchema = z.strictObject({
  id: presetIdSchema,
  title: z.string().min(1).max(120),
  summary: z.string().max(1000).default(''),
  /** What a person should look at before the first launch: these values are our defaults, not known to be right. */
  check: z.array(z.string().min(1).max(300)).max(20).default([]),
  image: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,299}$/, 'an image is a plain reference, such as name:tag'),
  /** Fixed for the life of the machine. */
  diskGb: z.number().int().min(8).max(100_000),
  /** SSH straight to the machine, and through the proxy of the provider. */
  runtype: z.enum(['ssh_direct']).default('ssh_direct'),
  /** Shell text that runs at every start of the container, after the lease daemon was started. */
  onstart: z.string().max(4000).default(''),
  env: envSchema.default({}),
  /** Ports of the container that are opened beside SSH. */
  ports: z.array(z.number().int().min(1).max(65_535)).max(32).default([]),
  labelPrefix: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a prefix is a-z, 0-9 and dashes, 40 at most'),
  offer: offerFiltersSchema.default({}),
  /** Dollars that one machine may cost; 0 is off. */
  capUsd: z.number().min(0).max(1_000_000).default(0),
  maxRunHours: z.number().positive().max(720),
  /** How long the room may be away before the machine stops itself. */
  leaseMinutes: z.number().int().min(5).max(10_080),
  /** How long nothing may happen; null is off. */
  idleMinutes: z.number().int().min(5).max(10_080).nullable(),
  stopWhenFinished: z.boolean().default(true),
  /** What a guard does when the copy before a stop fails. */
  onFailedCopy: stopPolicySchema.default('stop_anyway'),
  /** Folders of the machine whose files show that something happens. */
  watchFolders: z
    .array(z.string().regex(/^\/[\w./-]+$/, 'an absolute path of plain letters'))
    .max(8)
    .default([]),
  /** Repositories that the run reads and that need a licence to be accepted. */
  gatedRepositories: z
    .array(z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name'))
    .max(30)
    .default([]),
});
export type LaunchPreset = z.infer<typeof launchPresetSchema>;

/** A file that could not be used, and where in it. */
export const configProblemSchema = z.object({
  file: z.string(),
  source: z.enum(['shipped', 'workspace']),
  /** From 1; null when the fault is not at a place. */
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
  message: z.string(),
});
export type ConfigProblem = z.infer<typeof configProblemSchema>;

/** A variable of a launch by its name; a value is never shown. */
export const variableViewSchema = z.object({
  name: z.string(),
  /** The secret that holds the value; null for a value of the preset itself. */
  secret: z.string().nullable(),
  isOptional: z.boolean(),
  /** Null for a value of the preset itself. */
  isSecretSet: z.boolean().nullable(),
});
export type VariableView = z.infer<typeof variableViewSchema>;

/** A preset as a page sees it: variables by name. */
export const presetViewSchema = launchPresetSchema.omit({ env: true, onstart: true }).extend({
  source: z.enum(['shipped', 'workspace']),
  file: z.string(),
  variables: z.array(variableViewSchema),
  onstart: z.string(),
});
export type PresetView = z.infer<typeof presetViewSchema>;
