import { expect, test } from 'vitest';
import { createAttemptReader, type AttemptFacts } from './attempts.ts';
import { createLogTracker } from './log-tracker.ts';

function attemptsOf(messages: readonly string[]): readonly AttemptFacts[] {
  const tracker = createLogTracker();
  const reader = createAttemptReader('run_all.log');
  messages.forEach((message, index) => {
    const seconds = String(index % 60).padStart(2, '0');
    reader.take(
      tracker.take(
        message.startsWith('  ')
          ? message
          : `2026-03-01 21:${String(Math.floor(index / 60)).padStart(2, '0')}:${seconds},000 [INFO] a: ${message}`,
      ),
    );
  });
  return reader.finish();
}
const facility = '=== Processing facility: kitchen ===';
const start = (key: string): string => `Starting stage: ${key} — x`;
const done = (key: string, status = 'success'): string => `Stage ${key} completed in 1.0s with status: ${status}`;
const end = 'Pipeline complete. Summary at /models/outputs/pipeline_summary.json';

test('a fresh attempt, its stages and its end', () => {
  const [attempt, ...more] = attemptsOf([facility, start('s1_render'), done('s1_render'), end]);
  expect(more).toEqual([]);
  expect(attempt).toMatchObject({
    mode: 'fresh',
    hasEnd: true,
    startedAt: '2026-03-01T21:00:00.000Z',
    lastLineAt: '2026-03-01T21:00:03.000Z',
  });
  expect(attempt!.stages).toEqual([
    {
      facilityId: 'kitchen',
      stageKey: 's1_render',
      startedAt: '2026-03-01T21:00:01.000Z',
      endedAt: '2026-03-01T21:00:02.000Z',
      status: 'success',
    },
  ]);
});

test('a failure that is told twice counts once, raised or returned', () => {
  const [raised] = attemptsOf([
    facility,
    start('s2_enrich'),
    'Stage s2_enrich failed after 0.0s: boom',
    '  File "x.py"',
    'Stage s2_enrich failed for kitchen: boom.',
  ]);
  expect(raised!.failures).toMatchObject([{ stageKey: 's2_enrich', facilityId: 'kitchen', detail: 'boom' }]);
  const [returned] = attemptsOf([
    facility,
    start('s2_enrich'),
    done('s2_enrich', 'failed'),
    'Stage s2_enrich failed for kitchen: too few',
  ]);
  expect(returned!.failures).toMatchObject([{ stageKey: 's2_enrich', detail: 'too few' }]);
});

test('appended attempts are told apart, with and without an end line between them', () => {
  const two = attemptsOf([
    facility,
    start('s1_render'),
    done('s1_render'),
    end,
    facility,
    'Resume mode: reusing kitchen/s1_render result from /x (status=success)',
    start('s2_enrich'),
  ]);
  expect(two.map((attempt) => attempt.mode)).toEqual(['fresh', 'resume']);
  expect(two[1]!.stages).toMatchObject([{ stageKey: 's2_enrich', status: null }]);
  const killed = attemptsOf([facility, start('s1_render'), facility, start('s1_render'), done('s1_render')]);
  expect(killed).toHaveLength(2);
});

test('S4 after S3d is the same attempt; two facilities are one attempt', () => {
  expect(
    attemptsOf([
      facility,
      start('s4_policy_eval'),
      done('s4_policy_eval'),
      start('s3d_wm_refresh_loop'),
      done('s3d_wm_refresh_loop'),
      start('s4_policy_eval'),
      done('s4_policy_eval'),
      end,
    ]),
  ).toHaveLength(1);
  expect(
    attemptsOf([
      facility,
      start('s1_render'),
      done('s1_render'),
      '=== Processing facility: office ===',
      start('s1_render'),
      done('s1_render'),
      end,
    ]),
  ).toHaveLength(1);
});

test('a late stage without a reused line is of unknown mode; a log without the pipeline has no attempt', () => {
  expect(attemptsOf([start('s4_policy_eval')])[0]!.mode).toBe('unknown');
  expect(attemptsOf(['hello', 'world'])).toEqual([]);
});

test('budget, missing rate and shutdown are kept', () => {
  const [attempt] = attemptsOf([
    facility,
    'Cloud budget guard triggered: Estimated spend $12.40 exceeded cloud.max_cost_usd=$12.00.',
    'Executing auto-shutdown command: echo off',
    end,
  ]);
  expect(attempt).toMatchObject({
    budget: { spendUsd: 12.4, capUsd: 12 },
    shutdowns: ['Executing auto-shutdown command: echo off'],
  });
});
