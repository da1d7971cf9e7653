import type { z } from 'zod';

/**
 * - `query`: reads, changes nothing, may be repeated.
 * - `command`: changes something at once and answers with what it changed.
 * - `job`: takes time; the call answers `{ jobId }` as soon as the job's row is written, and the
 *   job's `result` has the shape of `output`.
 */
export type MethodKind = 'query' | 'command' | 'job';

export type MethodSpec<
  K extends MethodKind = MethodKind,
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
> = {
  readonly kind: K;
  /** One line for `room help`. */
  readonly summary: string;
  readonly input: I;
  readonly output: O;
};

function methodOf<K extends MethodKind>(kind: K) {
  return <I extends z.ZodType, O extends z.ZodType>(spec: {
    summary: string;
    input: I;
    output: O;
  }): MethodSpec<K, I, O> => ({
    kind,
    ...spec,
  });
}

export const query = methodOf('query');
export const command = methodOf('command');
export const job = methodOf('job');
