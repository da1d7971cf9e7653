import { isJobOver, type Job } from '#shared/model/job.ts';

/** Jobs that run, and those that failed and nothing of the same kind and subject came after. Newest first, as they come. */
export function openJobs(jobs: readonly Job[]): readonly Job[] {
  const seen = new Set<string>();
  return jobs.filter((job) => {
    const key = `${job.kind} ${job.subject}`;
    const isNewest = !seen.has(key);
    seen.add(key);
    return !isJobOver(job.state) || (isNewest && (job.state === 'failed' || job.state === 'interrupted'));
  });
}
