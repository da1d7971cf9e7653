import { expect, test } from 'vitest';
import type { Decision } from '#shared/model/decision.ts';
import type { Job } from '#shared/model/job.ts';
import { changesSince, jobsHeld } from './changes.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 14, minute)).toISOString();

function job(minute: number, change: Partial<Job> = {}): Job {
  return {
    id: `job_${minute}`,
    kind: 'runs.import',
    subject: '/data/vast',
    actor: 'operator',
    state: 'succeeded',
    steps: [],
    progress: null,
    error: null,
    input: {},
    result: null,
    createdAt: at(minute),
    startedAt: at(minute),
    finishedAt: at(minute),
    ...change,
  };
}

function importOf(minute: number, outcome: 'new_run' | 'new_observation' | 'unchanged'): Job {
  return job(minute, {
    result: {
      path: '/data/vast',
      runs: [{ runId: 'run_a', name: 'a', outcome, clipCount: 3, newLogLines: 7 }],
      problems: [],
    },
  });
}

const decision: Decision = {
  eventId: 'event_1',
  deviceId: 'device_1',
  actor: '',
  decidedAt: at(30),
  subject: { kind: 'run', runId: 'run_a' },
  value: { kind: 'note', note: 'seen' },
  onEarlierEncoding: false,
};

test('only what is newer than the mark counts, newest first', () => {
  const jobs = [importOf(10, 'new_run'), job(40, { kind: 'history.rebuild', result: {} })];
  expect(changesSince(null, jobs, [decision]).map((change) => change.kind)).toEqual(['job', 'decision', 'run']);
  expect(changesSince(Date.parse(at(10)), jobs, [decision]).map((change) => change.kind)).toEqual(['job', 'decision']);
  expect(changesSince(Date.parse(at(40)), jobs, [decision])).toEqual([]);
});

test('a run that was new and then seen again is one new run, told by its last sight', () => {
  const changes = changesSince(null, [importOf(20, 'new_observation'), importOf(10, 'new_run')], []);
  expect(changes).toMatchObject([{ kind: 'run', isNew: true, atMs: Date.parse(at(20)) }]);
});

test('an import that found nothing new, or whose result can not be read, is told as a job', () => {
  expect(changesSince(null, [importOf(10, 'unchanged')], [])).toMatchObject([{ kind: 'job' }]);
  expect(changesSince(null, [job(10, { result: 'something else' })], [])).toMatchObject([{ kind: 'job' }]);
});

test('a running job is no change', () => {
  expect(changesSince(null, [job(10, { state: 'running', finishedAt: null })], [])).toEqual([]);
});

test('a failure is held until the same work is done again or a week has passed; what runs is always there', () => {
  const nowMs = Date.parse(at(50));
  const failed = job(10, { state: 'failed' });
  const interrupted = job(20, { state: 'interrupted', subject: '/other' });
  const running = job(30, { state: 'running', finishedAt: null });
  expect(jobsHeld([failed, interrupted], nowMs).map((each) => each.id)).toEqual(['job_20', 'job_10']);
  expect(jobsHeld([failed, job(15)], nowMs)).toEqual([]);
  expect(jobsHeld([failed, running], nowMs).map((each) => each.id)).toEqual(['job_30']);
  expect(jobsHeld([job(15, { state: 'cancelled' })], nowMs)).toEqual([]);
  expect(jobsHeld([failed], nowMs + 7 * 86_400_000)).toEqual([]);
});
