import { toErrorPayload } from '#shared/errors.ts';
import type { Job, JobProgress, JobStep } from '#shared/model/job.ts';
import type { Clock } from '../ports.ts';
import { createRateMeter } from './rate-meter.ts';

/** What running work may say and must heed. */
export type JobContext = {
  readonly jobId: string;
  readonly signal: AbortSignal;
  /** Replaces the progress; rate and time left are measured here. */
  progress(update: Pick<JobProgress, 'done' | 'total' | 'unit' | 'message'>): void;
  /** Runs one named step; its state and times become part of the row. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Words for the running step. */
  detail(text: string): void;
};

/** The hands of one running job: what it says is put into its row. */
export function createJobContext(
  entry: { job: Job },
  deps: { readonly signal: AbortSignal; readonly clock: Clock; readonly changed: () => void },
): JobContext {
  const { signal, changed } = deps;
  const nowIso = (): string => new Date(deps.clock.now()).toISOString();
  let meter = createRateMeter();
  let unit: JobProgress['unit'] | null = null;
  const setStep = (name: string, patch: Partial<JobStep>): void => {
    const steps = entry.job.steps.map((step) => (step.name === name ? { ...step, ...patch } : step));
    entry.job = { ...entry.job, steps };
    changed();
  };
  return {
    jobId: entry.job.id,
    signal,
    progress(update) {
      if (unit !== update.unit) {
        unit = update.unit;
        meter = createRateMeter();
      }
      const ratePerSecond = meter.add(deps.clock.now(), update.done);
      const left = update.total === null ? null : update.total - update.done;
      const etaMs =
        left === null || ratePerSecond === null || ratePerSecond <= 0
          ? null
          : Math.round((left / ratePerSecond) * 1000);
      entry.job = { ...entry.job, progress: { ...update, ratePerSecond, etaMs } };
      changed();
    },
    async step(name, work) {
      const step: JobStep = { name, state: 'running', detail: '', startedAt: nowIso(), finishedAt: null };
      entry.job = { ...entry.job, steps: [...entry.job.steps.filter((it) => it.name !== name), step] };
      changed();
      signal.throwIfAborted();
      try {
        const value = await work();
        setStep(name, { state: 'done', finishedAt: nowIso() });
        return value;
      } catch (thrown) {
        setStep(name, { state: 'failed', finishedAt: nowIso(), detail: toErrorPayload(thrown).message });
        throw thrown;
      }
    },
    detail(text) {
      const running = entry.job.steps.findLast((step) => step.state === 'running');
      if (running !== undefined) setStep(running.name, { detail: text });
    },
  };
}
