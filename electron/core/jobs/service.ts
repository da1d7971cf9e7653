import type { MethodName } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload, type ErrorPayload } from '#shared/errors.ts';
import { isJobOver, type Job, type JobStep } from '#shared/model/job.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import { newId } from '../ids.ts';
import type { Caller, Clock, Log } from '../ports.ts';
import { createJobContext, type JobContext } from './job-context.ts';
import { createPublisher } from './publisher.ts';

export type JobRequest = {
  readonly kind: MethodName;
  readonly subject: string;
  readonly caller: Caller;
  /** As it may be stored: secrets already taken out. */
  readonly input: Job['input'];
  /** Jobs with the same lane run one after the other. */
  readonly lane: string;
  readonly run: (context: JobContext) => Promise<unknown>;
};

/** How a job of a kind is started again from its row, after the engine that ran it handed over. */
export type JobResumer = (input: Job['input']) => Omit<JobRequest, 'kind' | 'caller' | 'input'>;

export type Jobs = {
  /** Writes the row, then starts (or queues) the work; answers once the row is on disk. */
  start(request: JobRequest): Promise<string>;
  cancel(jobId: string): Promise<Job>;
  /** The job as it is this moment, which may be newer than its row. */
  get(jobId: string): Promise<Job>;
  /** Puts what is running now in place of rows that may be half a second old. */
  freshen(jobs: readonly Job[]): Job[];
  /** Resolves when the job is over. */
  waitFor(jobId: string): Promise<Job>;
  /**
   * Marks what a dead engine left running, and takes up what was handed over. Null leaves the queue to the
   * next resident engine: an errand ends too soon to do somebody else's work.
   */
  reconcile(resumers: Partial<Record<MethodName, JobResumer>> | null): Promise<void>;
  activeCount(): number;
  /** Stops running work at its next safe point and puts it back in the queue, for the next engine. */
  handOver(): Promise<void>;
  close(): Promise<void>;
};

type Active = {
  job: Job;
  readonly request: JobRequest;
  readonly abort: AbortController;
  readonly done: Promise<void>;
};

const handedOver = new RoomError('queued', 'Handed over to another engine');
const closing = new RoomError(
  'interrupted',
  'The room was closed while this ran. Nothing that was already stored is lost; start it again to finish it.',
);

/** Work that was cancelled when it had made something that costs money says so: that stands in place of the plain word. */
const leavesBehind = (thrown: unknown): boolean =>
  thrown instanceof RoomError && (thrown.code === 'still_billed' || thrown.code === 'could_not_tell');

export function createJobs(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: EmitEvent;
  /** Links what a job failed with to what is known about it. */
  readonly recognise?: (error: ErrorPayload) => ErrorPayload;
}): Jobs {
  const active = new Map<string, Active>();
  const lanes = new Map<string, Promise<void>>();
  /** How jobs ended whose row could not take it: the row still says that they run. */
  const unsaved = new Map<string, Job>();
  const waiters = new Map<string, ((job: Job) => void)[]>();
  const nowIso = (): string => new Date(deps.clock.now()).toISOString();

  async function save(job: Job): Promise<void> {
    await deps.database.write('jobs.save', job);
    for (const late of unsaved.values()) {
      unsaved.delete(late.id);
      await deps.database.write('jobs.save', late).catch(() => unsaved.set(late.id, late));
    }
    deps.emit({ name: 'jobs.changed', payload: { jobId: job.id } });
  }

  async function execute(entry: { job: Job }, request: JobRequest, abort: AbortController): Promise<void> {
    if (abort.signal.aborted) {
      await finish(entry, abort.signal.reason);
      return;
    }
    entry.job = { ...entry.job, state: 'running', startedAt: nowIso() };
    await save(entry.job);
    const publisher = createPublisher(() => entry.job, deps);
    try {
      // Asked to stop while the row was written: work that only listens would never hear of it.
      abort.signal.throwIfAborted();
      const result = await request.run(
        createJobContext(entry, { signal: abort.signal, clock: deps.clock, changed: publisher.changed }),
      );
      publisher.stop();
      // Work that ended although it was asked to stop has ended: its result stands.
      entry.job = {
        ...entry.job,
        state: 'succeeded',
        result: result as Job['result'],
        finishedAt: nowIso(),
        progress: entry.job.progress === null ? null : { ...entry.job.progress, etaMs: null, ratePerSecond: null },
      };
      await save(entry.job);
    } catch (thrown) {
      publisher.stop();
      if (abort.signal.aborted) await finish(entry, abort.signal.reason, thrown);
      else await finish(entry, thrown);
    }
  }

  async function finish(entry: { job: Job }, reason: unknown, thrown: unknown = reason): Promise<void> {
    const isCancelled = toErrorPayload(reason).code === 'cancelled';
    const error = toErrorPayload(isCancelled && leavesBehind(thrown) ? thrown : reason);
    const steps = endSteps(entry.job);
    if (reason === handedOver) {
      entry.job = { ...entry.job, state: 'queued', startedAt: null, steps: [], progress: null };
    } else {
      const state = reason === closing ? 'interrupted' : isCancelled ? 'cancelled' : 'failed';
      const told = state === 'failed' ? (deps.recognise?.(error) ?? error) : error;
      entry.job = { ...entry.job, state, error: told, steps, finishedAt: nowIso() };
      if (state === 'failed')
        deps.log({
          level: 'error',
          area: 'jobs',
          message: `${entry.job.kind} failed: ${error.message}`,
          jobId: entry.job.id,
        });
    }
    await save(entry.job);
  }

  const endSteps = (job: Job): JobStep[] =>
    job.steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed', finishedAt: nowIso() } : step));

  function launch(job: Job, request: JobRequest): void {
    const abort = new AbortController();
    const entry = { job };
    const before = lanes.get(request.lane) ?? Promise.resolve();
    const done = before
      .then(() => execute(entry, request, abort))
      // The row could not be written (full disk, closed database): say so in the log, wake the waiters.
      .catch((thrown: unknown) => {
        const error = toErrorPayload(thrown);
        entry.job = { ...entry.job, state: 'failed', error, steps: endSteps(entry.job), finishedAt: nowIso() };
        unsaved.set(job.id, entry.job);
        deps.log({
          level: 'error',
          area: 'jobs',
          message: `The row of ${job.kind} could not be written: ${error.message}`,
          jobId: job.id,
        });
      })
      .finally(() => {
        active.delete(job.id);
        if (lanes.get(request.lane) === done) lanes.delete(request.lane);
        for (const wake of waiters.get(job.id) ?? []) wake(entry.job);
        waiters.delete(job.id);
      });
    lanes.set(request.lane, done);
    active.set(job.id, {
      get job() {
        return entry.job;
      },
      set job(next) {
        entry.job = next;
      },
      request,
      abort,
      done,
    });
  }

  async function stopAll(reason: RoomError): Promise<void> {
    const running = [...active.values()];
    for (const entry of running) entry.abort.abort(reason);
    await Promise.all(running.map((entry) => entry.done));
  }

  const inMemory = (jobId: string): Job | undefined => active.get(jobId)?.job ?? unsaved.get(jobId);

  async function load(jobId: string): Promise<Job> {
    const job = inMemory(jobId) ?? (await deps.database.read('jobs.get', { id: jobId }));
    if (job === null) throw new RoomError('not_found', `There is no job ${jobId} in this workspace.`);
    return job;
  }

  return {
    async start(request) {
      const job: Job = {
        id: newId('job'),
        kind: request.kind,
        subject: request.subject,
        actor: request.caller.actor,
        state: 'queued',
        steps: [],
        progress: null,
        error: null,
        input: request.input,
        result: null,
        createdAt: nowIso(),
        startedAt: null,
        finishedAt: null,
      };
      await save(job);
      launch(job, request);
      return job.id;
    },

    async cancel(jobId) {
      const job = await load(jobId);
      if (isJobOver(job.state)) throw new RoomError('conflict', `This job is over already: ${job.state}.`);
      const cancelled = new RoomError('cancelled', 'Cancelled by the operator. What was already stored stays.');
      const running = active.get(jobId);
      if (running !== undefined) running.abort.abort(cancelled);
      // It waits for the next room and was never begun here.
      else await save({ ...job, state: 'cancelled', error: cancelled.toPayload(), finishedAt: nowIso() });
      return load(jobId);
    },

    get: load,
    freshen: (jobs) => jobs.map((job) => inMemory(job.id) ?? job),

    async waitFor(jobId) {
      const running = active.get(jobId);
      if (running === undefined) return load(jobId);
      return new Promise((resolve) => waiters.set(jobId, [...(waiters.get(jobId) ?? []), resolve]));
    },

    async reconcile(resumers) {
      for (const job of await deps.database.read('jobs.open', undefined as never)) {
        if (job.state === 'queued' && resumers === null) continue;
        const resume = resumers?.[job.kind as MethodName];
        if (job.state === 'queued' && resume !== undefined) {
          launch(job, {
            kind: job.kind as MethodName,
            caller: { actor: job.actor, name: job.actor },
            input: job.input,
            ...resume(job.input),
          });
          continue;
        }
        const error = new RoomError(
          'interrupted',
          'The room ended while this ran, without being closed. What was already stored stays.',
          {
            hint: 'Start it again: work that is done is not done twice.',
          },
        );
        const ended = { state: 'interrupted' as const, error: error.toPayload(), finishedAt: nowIso() };
        await save({ ...job, ...ended, steps: endSteps(job) });
      }
    },

    activeCount: () => active.size,
    handOver: () => stopAll(handedOver),
    close: () => stopAll(closing),
  };
}
