import { isJobOver, type Job } from '#shared/model/job.ts';

/** One line about a running job for a terminal or a log: step, amount, rate, time left. Null when there is nothing to say. */
export function progressLine(job: Job): string | null {
  if (isJobOver(job.state)) return null;
  if (job.state === 'queued') return `${job.kind}: queued`;
  const step = job.steps.findLast((it) => it.state === 'running');
  const { progress } = job;
  const parts = [`${job.kind}: ${step?.name ?? 'running'}`];
  if (progress !== null) {
    if (progress.total !== null && progress.total > 0)
      parts.push(`${Math.floor((progress.done / progress.total) * 100)} %`);
    parts.push(progress.message);
    if (progress.ratePerSecond !== null)
      parts.push(`${progress.ratePerSecond.toFixed(progress.ratePerSecond < 10 ? 1 : 0)} ${progress.unit}/s`);
    if (progress.etaMs !== null) parts.push(`${Math.ceil(progress.etaMs / 1000)} s left`);
  }
  return parts.join(' · ');
}
