import { create } from 'zustand';
import type { JobState } from '#shared/model/job.ts';

export type JobFilter = 'all' | 'active' | 'failed';

export const filterStates: Record<JobFilter, readonly JobState[] | null> = {
  all: null,
  active: ['queued', 'running'],
  failed: ['failed', 'interrupted'],
};

export const useJobsView = create<{ readonly filter: JobFilter }>()(() => ({ filter: 'all' }));

export function setJobFilter(filter: JobFilter): void {
  useJobsView.setState({ filter });
}
