import { z } from 'zod';

/**
 * Every error code the room can answer with, and what it means to a script:
 * the class decides the exit code of the command line (see `exitCodeOf`).
 */
export const errorCodes = {
  // usage: the caller can fix the call
  invalid_input: 'usage',
  unknown_method: 'usage',
  not_found: 'failed',
  // failed: it was tried and did not work
  internal: 'failed',
  engine_lost: 'failed',
  cancelled: 'failed',
  interrupted: 'failed',
  no_run_found: 'failed',
  path_missing: 'failed',
  path_unreadable: 'failed',
  not_a_folder: 'failed',
  file_missing: 'failed',
  file_damaged: 'failed',
  tool_missing: 'failed',
  tool_failed: 'failed',
  disk_full: 'failed',
  workspace_read_only: 'failed',
  workspace_damaged: 'failed',
  database_newer: 'failed',
  database_damaged: 'failed',
  node_too_old: 'failed',
  forbidden: 'failed',
  not_supported_here: 'failed',
  conflict: 'failed',
  /** What was shown before is no longer what would happen. */
  plan_moved: 'failed',
  // the provider of the machines
  key_missing: 'failed',
  key_refused: 'failed',
  rate_limited: 'failed',
  provider_unreachable: 'failed',
  provider_refused: 'failed',
  answer_not_understood: 'failed',
  /** Accepted or not: the machine is not proved to be stopped or gone, so it costs money. */
  still_billed: 'failed',
  // machines over SSH
  ssh_unreachable: 'failed',
  /** It answers, and does not take our key. */
  ssh_refused: 'failed',
  /** The first contact: nobody has said that this host key is the right one. */
  host_key_unknown: 'failed',
  /** Another host key than the pinned one: somebody else may be answering. */
  host_key_changed: 'failed',
  // could not tell: neither yes nor no, or waiting for something
  could_not_tell: 'could_not_tell',
  queued: 'could_not_tell',
  held: 'could_not_tell',
  // busy: somebody else holds it
  workspace_busy: 'busy',
  job_conflict: 'busy',
} as const satisfies Record<string, 'failed' | 'usage' | 'could_not_tell' | 'busy'>;

export type ErrorCode = keyof typeof errorCodes;

/** The exit codes of the command line: 0 done, 1 failed, 2 usage, 3 could not tell, queued or held, 4 busy. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 | 4 {
  const outcomeClass = errorCodes[code];
  switch (outcomeClass) {
    case 'failed':
      return 1;
    case 'usage':
      return 2;
    case 'could_not_tell':
      return 3;
    case 'busy':
      return 4;
  }
}

const codeSchema = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

/** What crosses a wire: what happened (`message`), what to do (`hint`), and facts a program can use (`details`). */
export const errorPayloadSchema = z.object({
  code: codeSchema,
  message: z.string(),
  hint: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
export type ErrorPayload = z.infer<typeof errorPayloadSchema>;

export type Envelope<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorPayload };

/** The one error type of the room. Anything else that is thrown is a fault of ours and becomes `internal`. */
export class RoomError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly details: Record<string, unknown> | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RoomError';
    this.code = code;
    this.hint = options.hint ?? null;
    this.details = options.details ?? null;
  }

  toPayload(): ErrorPayload {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }

  static fromPayload(payload: ErrorPayload): RoomError {
    return new RoomError(payload.code, payload.message, {
      ...(payload.hint === null ? {} : { hint: payload.hint }),
      ...(payload.details === null ? {} : { details: payload.details }),
    });
  }
}

/** Turns whatever was thrown into a payload; the text of an unexpected error is kept, its stack is not sent. */
export function toErrorPayload(thrown: unknown): ErrorPayload {
  if (thrown instanceof RoomError) return thrown.toPayload();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal',
    message: `Unexpected fault: ${message}`,
    hint: 'The log of the room has the details. Nothing was changed by the part that failed.',
    details: null,
  };
}
