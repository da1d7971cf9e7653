import { z } from 'zod';
import { instanceIdSchema } from '../model/instance.ts';
import { snapshotInstanceSchema } from '../model/snapshot.ts';

/** Ids are text; a number is taken too, because the API and people write them so. */
export const instanceIdInput = z
  .union([instanceIdSchema, z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)])
  .transform(String);

/** The id once more, typed by the person who means it. */
export const typedId = z.string().max(40).optional();

/** How long a job waits for what it has to prove. */
export const timeoutSeconds = z.number().int().min(5).max(3600).optional();

/** Ids of the provider are numbers; machines outside of it have names. */
export const machineNameInput = z
  .union([snapshotInstanceSchema, z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)])
  .transform(String);

export const targetSchema = z.strictObject({
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).default(22),
  user: z.string().min(1).max(100).default('root'),
  /** Private key; the keys of the settings and of the agent when none is named. */
  keyFile: z.string().max(4000).optional(),
});

/** A machine of the fleet, or an address and the name under which what belongs to it is kept. */
export const machineShape = {
  instanceId: machineNameInput.optional(),
  target: targetSchema.optional(),
  /** Take the host key of a first contact with `target`; a changed one is refused all the same. */
  acceptNewHostKey: z.boolean().default(false),
};

/** For `.refine(...)` of an input with `machineShape`. */
export const namesMachine: [(input: { instanceId?: unknown; target?: unknown }) => boolean, string] = [
  (input) => input.instanceId !== undefined || input.target !== undefined,
  'instanceId or target, or both',
];

/** Absolute, and nothing in it that a shell would read. */
export const machinePathInput = z
  .string()
  .max(1000)
  .regex(/^\/[\w./@+-]*$/, 'a path on the machine is absolute: letters, digits and . / _ @ + -');
/** Below a checkout, without a way out of it. */
export const insidePath = z
  .string()
  .max(500)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w./@+-]+$/, 'a path below the checkout, without ..');

/** Where the pipeline is on the machine. */
export const checkoutShape = { checkout: machinePathInput.default('/workspace/BlueprintValidation') };
