import { z } from 'zod';
import { instanceIdSchema } from '../model/instance.ts';

/** Ids are text; a number is taken too, because the API and people write them so. */
export const instanceIdInput = z
  .union([instanceIdSchema, z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)])
  .transform(String);

/** The id once more, typed by the person who means it. */
export const typedId = z.string().max(40).optional();

/** How long a job waits for what it has to prove. */
export const timeoutSeconds = z.number().int().min(5).max(3600).optional();
