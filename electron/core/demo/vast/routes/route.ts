import type { z } from 'zod';
import { type Answer, noSuchInstance, refuse } from '../answer.ts';
import type { RowView } from '../instance-row.ts';
import type { Caller } from '../keys.ts';
import type { Machine } from '../machine.ts';
import type { Pace } from '../rate-limits.ts';

/** One request on its way to its handler. */
export type Call = RowView & {
  readonly caller: Caller;
  /** The parts of the path that the pattern caught. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when nothing was sent. */
  readonly body: unknown;
  readonly url: string;
};

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the slash at the end: both spellings are served. */
  readonly path: RegExp;
  /** Null: no interval is published for it. */
  readonly pace: Pace | null;
  /** `open`: no key is asked for. */
  readonly right: 'open' | 'read' | 'write';
  /** The first part of the path is an instance whose own key may call this. */
  readonly forOwnKey?: boolean;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
};

/** The machine that a path names, once it can be read. @throws a refusal 404 `no_such_instance`. */
export function machineOf(call: Call): Machine {
  const machine = call.world.machines.get(Number(call.parts[0]));
  if (machine === undefined || machine.readableAtMs > call.world.atMs) throw noSuchInstance(call.parts[0] ?? '');
  return machine;
}

/** Reads a body. @throws a refusal 400 `invalid_args`. */
export function readBody<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(400, 'invalid_args', `error 400/1300: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

/** A query parameter that holds JSON; undefined when it is not there. @throws a refusal 400 `invalid_args`. */
export function jsonQuery(call: Call, name: string): unknown {
  const text = call.query.get(name);
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refuse(400, 'invalid_args', `error 400/1301: ${name} is not JSON`);
  }
}

/** A whole number of the query, or `fallback`. */
export function numberQuery(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value)) throw refuse(400, 'invalid_args', `error 400/1302: ${name} takes a whole number`);
  return value;
}
