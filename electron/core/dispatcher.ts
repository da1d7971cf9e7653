import type { z } from 'zod';
import {
  contract,
  isMethodName,
  type JobMethodName,
  type MethodName,
  type MethodOutput,
  type MethodParsedInput,
  type PlainMethodName,
} from '#shared/contract/index.ts';
import { RoomError, toErrorPayload, type Envelope } from '#shared/errors.ts';
import type { JobContext } from './jobs/job-context.ts';
import type { JobResumer, Jobs } from './jobs/service.ts';
import type { Caller, Log } from './ports.ts';

export type PlainHandler<M extends MethodName> = (
  input: MethodParsedInput<M>,
  caller: Caller,
) => Promise<MethodOutput<M>>;

/** A method of kind `job`: what its row says, which jobs it waits for, and the work. */
export type JobHandler<M extends MethodName> = {
  readonly subject: (input: MethodParsedInput<M>) => string;
  /** Jobs of one lane run one after the other. */
  readonly lane: string | ((input: MethodParsedInput<M>) => string);
  /** Work that ends in the same state when it is started anew may be taken up by another engine. */
  readonly isRestartable: boolean;
  readonly run: (input: MethodParsedInput<M>, context: JobContext) => Promise<MethodOutput<M>>;
};

export type Handlers = { readonly [M in PlainMethodName]: PlainHandler<M> } & {
  readonly [M in JobMethodName]: JobHandler<M>;
};

export type Dispatcher = {
  /** Never throws: whatever happens becomes an envelope. */
  dispatch(method: string, input: unknown, caller: Caller): Promise<Envelope<unknown>>;
};

/** Says which part of an input is wrong, in the order of the fields. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.length === 0 ? 'the input' : issue.path.map(String).join('.')} ${wordsOf(issue)}`)
    .join('; ');
}

/** What is met most, as a person says it; the rest in zod's own words. */
function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return /received undefined$/.test(issue.message) ? 'is missing' : `is no ${issue.expected}`;
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1) return 'is empty';
      return issue.origin === 'string'
        ? `is shorter than ${issue.minimum} characters`
        : `is below ${issue.minimum}${issue.inclusive === false ? ' or equal to it' : ''}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `is longer than ${issue.maximum} characters`
        : `is above ${issue.maximum}${issue.inclusive === false ? ' or equal to it' : ''}`;
    case 'unrecognized_keys':
      return `has no ${issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(', ')}`;
    default:
      return `is wrong: ${issue.message}`;
  }
}

/** Validate in, run, validate out, envelope: the same for every wire. */
export function createDispatcher(deps: {
  readonly handlers: Handlers;
  readonly jobs: Jobs;
  readonly log: Log;
}): Dispatcher {
  async function call(method: string, input: unknown, caller: Caller): Promise<unknown> {
    if (!isMethodName(method)) {
      throw new RoomError('unknown_method', `There is no method ${JSON.stringify(method.slice(0, 100))}.`, {
        hint: '`room help` lists every method.',
      });
    }
    const spec = contract[method];
    const parsed = spec.input.safeParse(input);
    if (!parsed.success) {
      throw new RoomError('invalid_input', `The input of ${method} is not valid: ${describeIssues(parsed.error)}.`, {
        hint: 'Nothing was done. `room help` lists what each method takes.',
      });
    }
    if (spec.kind === 'job') return { jobId: await startJob(method as JobMethodName, parsed.data, caller) };
    const handler = deps.handlers[method as PlainMethodName] as PlainHandler<MethodName>;
    return checkOutput(method, await handler(parsed.data as never, caller));
  }

  function startJob(method: JobMethodName, input: unknown, caller: Caller): Promise<string> {
    const handler = deps.handlers[method] as unknown as JobHandler<MethodName>;
    return deps.jobs.start({
      kind: method,
      subject: handler.subject(input as never),
      caller,
      input: input as never,
      lane: laneOf(handler, input),
      run: async (context) => checkOutput(method, await handler.run(input as never, context)),
    });
  }

  return {
    async dispatch(method, input, caller) {
      try {
        return { ok: true, value: await call(method, input, caller) };
      } catch (thrown) {
        const error = toErrorPayload(thrown);
        if (error.code === 'internal') {
          deps.log({
            level: 'error',
            area: 'dispatcher',
            message: `${method}: ${error.message}`,
            facts: { stack: thrown instanceof Error ? thrown.stack : null },
          });
        }
        return { ok: false, error };
      }
    },
  };
}

const laneOf = (handler: JobHandler<MethodName>, input: unknown): string =>
  typeof handler.lane === 'string' ? handler.lane : handler.lane(input as never);

function checkOutput(method: MethodName, value: unknown): unknown {
  const checked = contract[method].output.safeParse(value);
  if (checked.success) return checked.data;
  throw new RoomError(
    'internal',
    `The answer of ${method} does not have the shape of the contract: ${describeIssues(checked.error)}.`,
  );
}

/** How jobs of restartable methods are taken up again from their rows. */
export function resumersOf(handlers: Handlers): Partial<Record<MethodName, JobResumer>> {
  const resumers: Partial<Record<MethodName, JobResumer>> = {};
  for (const [name, spec] of Object.entries(contract)) {
    if (spec.kind !== 'job') continue;
    const handler = handlers[name as JobMethodName] as unknown as JobHandler<MethodName>;
    if (!handler.isRestartable) continue;
    resumers[name as JobMethodName] = (input) => ({
      subject: handler.subject(input as never),
      lane: laneOf(handler, input),
      run: async (context) => checkOutput(name as MethodName, await handler.run(input as never, context)),
    });
  }
  return resumers;
}
