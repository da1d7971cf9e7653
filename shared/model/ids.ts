import { z } from 'zod';

/** Ids are opaque: nothing outside the room that makes one may take it apart. */
export const runIdSchema = z.string().min(1).max(64);
export const clipIdSchema = z.string().min(1).max(64);
export const mediaIdSchema = z.string().regex(/^[a-z2-7]{26}$/, 'a media id is 26 characters of a-z and 2-7');
export const jobIdSchema = z.string().min(1).max(64);
export const logIdSchema = z.string().min(1).max(64);
export const eventIdSchema = z.string().min(1).max(64);

/** UTC ISO-8601 with `Z`, milliseconds at most. */
export const isoTimeSchema = z.string().min(10).max(40);
