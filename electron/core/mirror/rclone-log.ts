import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';

export type RcloneStats = {
  readonly bytes: number;
  /** Null while rclone still looks for what there is to do. */
  readonly totalBytes: number | null;
  readonly transfers: number;
  readonly totalTransfers: number;
  readonly errors: number;
};

const lineSchema = z.object({
  level: z.string(),
  msg: z.string(),
  object: z.string().optional(),
  stats: z
    .object({
      bytes: z.number(),
      totalBytes: z.number().nullish(),
      transfers: z.number(),
      totalTransfers: z.number().nullish(),
      errors: z.number(),
    })
    .optional(),
});

export type RcloneLogLine =
  | { readonly kind: 'stats'; readonly stats: RcloneStats }
  | { readonly kind: 'fault'; readonly text: string }
  | { readonly kind: 'other' };

/** One line of `--use-json-log`. The text of a line is for people; figures come from `stats` alone. */
export function readLogLine(line: string): RcloneLogLine {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    // Before its log is set up rclone speaks plainly; a line that says that something failed is kept.
    return /fatal|failed|error/i.test(line) ? { kind: 'fault', text: line } : { kind: 'other' };
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) return { kind: 'other' };
  const { level, msg, object, stats } = parsed.data;
  if (stats !== undefined)
    return {
      kind: 'stats',
      stats: {
        bytes: stats.bytes,
        totalBytes: stats.totalBytes ?? null,
        transfers: stats.transfers,
        totalTransfers: stats.totalTransfers ?? 0,
        errors: stats.errors,
      },
    };
  if (level === 'error' || level === 'critical' || level === 'fatal')
    return { kind: 'fault', text: object === undefined ? msg : `${object}: ${msg}` };
  return { kind: 'other' };
}

/** What a failed run of rclone means. `faults` are its own lines, secrets already taken out. */
export function explainFailure(
  what: string,
  bucket: string,
  exitCode: number | null,
  faults: readonly string[],
): RoomError {
  const said = faults.join('\n');
  const last = faults.at(-1)?.replaceAll(/\s+/g, ' ').slice(0, 300) ?? `ended with code ${exitCode ?? 'unknown'}`;
  const details = { exitCode, faults: faults.slice(-5) };
  if (/failed to create bucket|bucket .*not (?:found|exist)/i.test(said))
    return new RoomError(
      'provider_refused',
      `${what}: the bucket ${bucket} is not there, or this key does not see it.`,
      {
        hint: 'Check the name of the bucket and what the key may do: listBuckets, listFiles, readFiles, writeFiles.',
        details,
      },
    );
  if (/cap_exceeded|cap exceeded/i.test(said))
    return new RoomError('provider_refused', `${what}: a cap of the account is reached. What arrived before stays.`, {
      hint: 'Raise the cap in the account of the bucket, then push again.',
      details,
    });
  if (/\b401\b|unauthorized|bad_auth_token|not entitled|invalid application key/i.test(said))
    return new RoomError('key_refused', `${what}: the key was refused: ${last}`, {
      hint: 'The key needs listBuckets, listFiles, readFiles and writeFiles for this bucket.',
      details,
    });
  if (/sha1 did not match|corrupted on transfer|hash differ/i.test(said))
    return new RoomError('tool_failed', `${what}: bytes arrived changed and were refused: ${last}`, {
      hint: 'Nothing damaged was stored. Push again; if it stays, look at the memory and the network of this computer.',
      details,
    });
  if (/\b50[023]\b|too busy|connection (?:refused|reset)|no such host|timeout|EOF|network is unreachable/i.test(said))
    return new RoomError('provider_unreachable', `${what}: the bucket could not be reached: ${last}`, {
      hint: 'What arrived before stays and is not sent again. The next push goes on from there.',
      details,
    });
  return new RoomError('tool_failed', `${what}: rclone failed: ${last}`, { details });
}
