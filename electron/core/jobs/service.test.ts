import { expect, test } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import type { Job } from '#shared/model/job.ts';
import type { Database } from '../db/database.ts';
import type { JobContext } from './job-context.ts';
import { createJobs, type Jobs } from './service.ts';

/** Rows in memory, as the database would keep them. */
function setUp(): { jobs: Jobs; rows: Map<string, Job>; states: string[]; failWrites: (error: Error | null) => void } {
  const rows = new Map<string, Job>();
  const states: string[] = [];
  let failure: Error | null = null;
  const database = {
    write: async (_name: string, job: Job) => {
      if (failure !== null) throw failure;
      if (rows.get(job.id)?.state !== job.state) states.push(job.state);
      rows.set(job.id, structuredClone(job));
      return null;
    },
    read: async (name: string, input: { id: string }) =>
      name === 'jobs.get'
        ? (rows.get(input.id) ?? null)
        : [...rows.values()].filter((job) => ['queued', 'running'].includes(job.state)),
  } as unknown as Database;
  const jobs = createJobs({ database, clock: { now: () => Date.now() }, log: () => undefined, emit: () => undefined });
  return { jobs, rows, states, failWrites: (error) => (failure = error) };
}

const start = (jobs: Jobs, run: (context: JobContext) => Promise<unknown>, lane = 'lane') =>
  jobs.start({
    kind: 'runs.import',
    subject: 'x',
    caller: { actor: 'cli', name: 'x' },
    input: { path: '/x' },
    lane,
    run,
  });

/** Ends when it is told to stop. */
const untilAborted = (context: JobContext): Promise<never> =>
  new Promise((_resolve, reject) =>
    context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)),
  );

test('the row is there before the work begins', async () => {
  const { jobs, rows } = setUp();
  let seen: string | undefined;
  const id = await start(jobs, async (context) => {
    seen = rows.get(context.jobId)?.state;
    return { done: true };
  });
  expect(await jobs.waitFor(id)).toMatchObject({ state: 'succeeded', result: { done: true }, actor: 'cli' });
  expect(seen).toBe('running');
});

test('one lane runs one after the other, two lanes side by side', async () => {
  const { jobs } = setUp();
  const order: string[] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const a = await start(jobs, async () => {
    await gate;
    order.push('a');
  });
  const b = await start(jobs, async () => void order.push('b'));
  const c = await start(jobs, async () => void order.push('c'), 'other');
  await jobs.waitFor(c);
  release();
  await Promise.all([jobs.waitFor(a), jobs.waitFor(b)]);
  expect(order).toEqual(['c', 'a', 'b']);
});

test('cancelling what runs, what waits and what is over', async () => {
  const { jobs } = setUp();
  const running = await start(jobs, untilAborted);
  const waiting = await start(jobs, async () => 'never');
  await jobs.cancel(waiting);
  await jobs.cancel(running);
  expect(await jobs.waitFor(running)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  expect(await jobs.waitFor(waiting)).toMatchObject({ state: 'cancelled', result: null });
  await expect(jobs.cancel(running)).rejects.toMatchObject({ code: 'conflict' });
  await expect(jobs.cancel('job_nope')).rejects.toMatchObject({ code: 'not_found' });
});

test('what fails keeps its words, and the step it failed in', async () => {
  const { jobs } = setUp();
  const id = await start(jobs, async (context) => {
    await context.step('First', async () => undefined);
    await context.step('Second', async () => {
      throw new RoomError('disk_full', 'No space left.', { hint: 'Free some.' });
    });
  });
  expect(await jobs.waitFor(id)).toMatchObject({
    state: 'failed',
    error: { code: 'disk_full', message: 'No space left.', hint: 'Free some.' },
    steps: [
      { name: 'First', state: 'done' },
      { name: 'Second', state: 'failed', detail: 'No space left.' },
    ],
  });
});

test('closing interrupts what runs; handing over puts it back in the queue for the next engine', async () => {
  const first = setUp();
  const interrupted = await start(first.jobs, untilAborted);
  await first.jobs.close();
  expect(first.rows.get(interrupted)).toMatchObject({ state: 'interrupted', error: { code: 'interrupted' } });

  const second = setUp();
  const id = await start(second.jobs, untilAborted);
  await second.jobs.handOver();
  expect(second.rows.get(id)).toMatchObject({ state: 'queued', error: null, finishedAt: null });
  await second.jobs.reconcile({
    'runs.import': (input) => ({ subject: 'x', lane: 'x', run: async () => ({ again: input }) }),
  });
  expect(await second.jobs.waitFor(id)).toMatchObject({ state: 'succeeded', result: { again: { path: '/x' } } });
});

test('what a dead engine left running is interrupted, and so is what nobody can take up', async () => {
  const { jobs, rows } = setUp();
  const id = await start(jobs, async () => 'x');
  const over = await jobs.waitFor(id);
  rows.set('job_a', { ...over, id: 'job_a', state: 'running' });
  rows.set('job_b', { ...over, id: 'job_b', state: 'queued', kind: 'clips.convert' });
  await jobs.reconcile({ 'runs.import': () => ({ subject: 'x', lane: 'x', run: async () => 'again' }) });
  expect([rows.get('job_a')!.state, rows.get('job_b')!.state]).toEqual(['interrupted', 'interrupted']);
});

test('a job whose row can not be written does not start; one whose end can not be written still ends', async () => {
  const { jobs, failWrites } = setUp();
  failWrites(new RoomError('disk_full', 'No space left.'));
  await expect(start(jobs, async () => 'x')).rejects.toMatchObject({ code: 'disk_full' });
  failWrites(null);
  const id = await start(jobs, async () => {
    failWrites(new RoomError('disk_full', 'No space left.'));
    return 'x';
  });
  expect(await jobs.waitFor(id)).toMatchObject({ state: 'failed', error: { code: 'disk_full' } });
  expect(jobs.activeCount()).toBe(0);
});

test('progress has a rate and the time left', async () => {
  const rows = new Map<string, Job>();
  let now = 0;
  const jobs = createJobs({
    database: {
      write: async (_name: string, job: Job) => void rows.set(job.id, job),
      read: async () => null,
    } as unknown as Database,
    clock: { now: () => now },
    log: () => undefined,
    emit: () => undefined,
  });
  const id = await start(jobs, async (context) => {
    context.progress({ done: 0, total: 100, unit: 'runs', message: '' });
    now = 2000;
    context.progress({ done: 20, total: 100, unit: 'runs', message: '20 of 100' });
    expect((await jobs.get(context.jobId)).progress).toMatchObject({ ratePerSecond: 10, etaMs: 8000 });
    return null;
  });
  expect((await jobs.waitFor(id)).state).toBe('succeeded');
});

test('how a job ended is told although its row could not be written, and is written as soon as one can be', async () => {
  const { jobs, rows, failWrites } = setUp();
  const id = await start(jobs, (context) =>
    context.step('one', async () => {
      failWrites(new RoomError('disk_full', 'full'));
    }),
  );
  await jobs.waitFor(id);
  expect(rows.get(id)!.state).toBe('running');
  expect(await jobs.get(id)).toMatchObject({ state: 'failed', error: { code: 'disk_full' } });
  expect(jobs.freshen([rows.get(id)!])).toMatchObject([{ state: 'failed' }]);
  failWrites(null);
  await jobs.waitFor(await start(jobs, async () => 'next'));
  expect(rows.get(id)!.state).toBe('failed');
});

test('a cancelled job that leaves something behind that costs money says so; any other word is the plain one', async () => {
  const { jobs } = setUp();
  const cancelled = async (left: RoomError): Promise<Job> => {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const run = (context: JobContext): Promise<never> => {
      begin();
      return untilAborted(context).catch(() => Promise.reject(left));
    };
    const id = await start(jobs, run);
    await begun;
    await jobs.cancel(id);
    return jobs.waitFor(id);
  };
  expect(await cancelled(new RoomError('still_billed', 'It is there.'))).toMatchObject({
    state: 'cancelled',
    error: { code: 'still_billed', message: 'It is there.' },
  });
  expect(await cancelled(new RoomError('tool_failed', 'It was killed.'))).toMatchObject({
    state: 'cancelled',
    error: { code: 'cancelled' },
  });
});

test('an errand leaves the queue to the next room, where a waiting job can still be cancelled', async () => {
  const first = setUp();
  const running = await start(first.jobs, untilAborted);
  const waiting = await start(first.jobs, untilAborted);
  await first.jobs.handOver();
  const errand = setUp();
  for (const [id, job] of first.rows) errand.rows.set(id, job);
  await errand.jobs.reconcile(null);
  expect([...errand.rows.values()].map((job) => job.state)).toEqual(['queued', 'queued']);
  await errand.jobs.cancel(waiting);
  expect(errand.rows.get(waiting)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  expect(errand.rows.get(running)!.state).toBe('queued');
});

test('no step runs on in a job that a dead engine left', async () => {
  const { jobs, rows } = setUp();
  const id = await start(jobs, (context) => context.step('one', () => untilAborted(context)));
  await new Promise((resolve) => setImmediate(resolve));
  const left: Job = { ...(await jobs.get(id)) };
  expect(left.steps).toMatchObject([{ state: 'running' }]);
  const next = setUp();
  next.rows.set(id, left);
  await next.jobs.reconcile({});
  expect(next.rows.get(id)).toMatchObject({ state: 'interrupted', steps: [{ state: 'failed' }] });
  await jobs.close();
  expect(rows.get(id)!.state).toBe('interrupted');
});
