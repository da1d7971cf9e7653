import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDispatcher, type Handlers } from '#core/dispatcher.ts';
import type { JobRequest, Jobs } from '#core/jobs/service.ts';
import { contract, roomEvents, type MethodName } from '#shared/contract/index.ts';
import { answerFrameSchema } from '#shared/contract/wire.ts';
import { errorCodes, exitCodeOf, type ErrorCode } from '#shared/errors.ts';

const names = Object.keys(contract) as MethodName[];
const caller = { actor: 'operator', name: 'tester' } as const;

/** A dispatcher whose handlers only tell that they were reached. */
function spyDispatcher(answer: unknown = Symbol('no such shape')) {
  const reached: string[] = [];
  const handlers: Record<string, unknown> = {};
  for (const name of names) {
    const run = async (): Promise<unknown> => {
      reached.push(name);
      return answer;
    };
    handlers[name] = contract[name].kind === 'job' ? { subject: () => 'x', lane: 'x', isRestartable: false, run } : run;
  }
  const started: JobRequest[] = [];
  const jobs = {
    start: async (request: JobRequest) => {
      started.push(request);
      return 'job_x';
    },
  } as unknown as Jobs;
  const dispatcher = createDispatcher({ handlers: handlers as unknown as Handlers, jobs, log: () => undefined });
  return { dispatcher, reached, started };
}

test('a name is noun.verb, with a sentence about it', () => {
  for (const name of names) {
    expect(name).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
    expect(contract[name].summary).toMatch(/^[A-Z].{10,}[^.]$/);
  }
  for (const name of Object.keys(roomEvents)) expect(name).toMatch(/^[a-z]+\.(changed|switched)$/);
});

test.each(names)(
  '%s: whatever is sent, the answer is an envelope, and what is not valid reaches nothing',
  async (name) => {
    const { dispatcher, reached, started } = spyDispatcher();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (input) => {
        const before = reached.length + started.length;
        const envelope = await dispatcher.dispatch(name, input, caller);
        expect(answerFrameSchema.safeParse({ t: 'answer', id: 1, envelope }).success).toBe(true);
        const isValid = contract[name].input.safeParse(input).success;
        expect(reached.length + started.length - before).toBe(isValid ? 1 : 0);
        if (!isValid) expect(envelope).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      }),
      { numRuns: 60 },
    );
  },
);

test.each(names)('%s takes no field that the contract does not name', async (name) => {
  const { dispatcher, reached, started } = spyDispatcher();
  const envelope = await dispatcher.dispatch(name, { __proto__extra: 1, notInTheContract: true }, caller);
  expect(envelope).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect([reached, started]).toEqual([[], []]);
});

test('an answer that is not of the shape of the contract never leaves', async () => {
  const { dispatcher } = spyDispatcher({ items: 'many' });
  for (const name of ['runs.list', 'jobs.list', 'room.info'] as const) {
    const envelope = await dispatcher.dispatch(name, {}, caller);
    expect(envelope).toMatchObject({ ok: false, error: { code: 'internal' } });
  }
});

test.each(['toString', 'constructor', '__proto__', 'runs', 'runs.', '.list', 'runs.list ', 'RUNS.LIST'])(
  'there is no method %j',
  async (name) => {
    const { dispatcher } = spyDispatcher();
    expect(await dispatcher.dispatch(name, {}, caller)).toMatchObject({ ok: false, error: { code: 'unknown_method' } });
  },
);

test('every error code has an exit code, and each exit code is used', () => {
  const codes = new Set((Object.keys(errorCodes) as ErrorCode[]).map(exitCodeOf));
  expect([...codes].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
});
