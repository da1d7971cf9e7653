import { expect, test } from 'vitest';
import type { Job } from '#shared/model/job.ts';
import { openJobs } from './open-jobs.ts';

const job = (id: string, state: Job['state'], subject = 'snapshot a'): Job => ({
  id,
  kind: 'mirror.push',
  subject,
  actor: 'operator',
  state,
  steps: [],
  progress: null,
  error: null,
  input: {},
  result: null,
  createdAt: '2026-03-01T12:00:00.000Z',
  startedAt: null,
  finishedAt: null,
});

test('a failure stays until the same thing is tried again', () => {
  const idsOf = (jobs: readonly Job[]): readonly string[] => openJobs(jobs).map(({ id }) => id);
  expect(idsOf([job('1', 'failed')])).toEqual(['1']);
  expect(idsOf([job('2', 'succeeded'), job('1', 'failed')])).toEqual([]);
  expect(idsOf([job('2', 'succeeded', 'snapshot b'), job('1', 'failed')])).toEqual(['1']);
  expect(idsOf([job('2', 'running'), job('1', 'failed')])).toEqual(['2']);
});
