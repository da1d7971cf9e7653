import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRunRoots } from '#core/runs/read/find-run-roots.ts';
import { readRunFolder } from '#core/runs/read/read-run-folder.ts';
import type { RunRecord } from '#core/runs/read/record.ts';
import { isSameRun } from '#shared/rules/identity.ts';
import { buildRun, buildSnapshot, defaultStart, type RunPlan, type SnapshotPlan } from '../support/runs/build-run.ts';
import { wholeRun, type StagePlan } from '../support/runs/stage-files.ts';
import { tempDir } from './temp-dir.ts';

async function readSnapshot(plan: SnapshotPlan): Promise<RunRecord> {
  const dir = await tempDir();
  const { roots } = await findRunRoots(await buildSnapshot(dir, plan));
  return readRunFolder(roots[0]!, { retryDelayMs: 1 });
}
async function read(plan: RunPlan): Promise<RunRecord> {
  const { roots } = await findRunRoots(await buildRun(join(await tempDir(), 'run'), plan));
  return readRunFolder(roots[0]!, { retryDelayMs: 1 });
}
const until = (key: string, last: Partial<StagePlan>): StagePlan[] => {
  const stages = wholeRun();
  const index = stages.findIndex((stage) => stage.key === key);
  return [...stages.slice(0, index), { ...stages[index]!, ...last }];
};
const stage = (run: RunRecord, key: string) => run.stages.find((item) => item.key === key)!;

test('a snapshot inside a stage is running while it is fresh, and cut off when it is old', async () => {
  const attempts = [
    { startedAt: defaultStart, stages: until('s2_enrich', { status: 'open' }), ending: 'cut' as const },
  ];
  const fresh = await readSnapshot({ attempts, takenAt: '2026-03-01T21:20:00Z' });
  expect(fresh.verdicts.status).toMatchObject({ state: 'running', label: 'Running' });
  expect(stage(fresh, 's2_enrich')).toMatchObject({ status: 'running', elapsedSeconds: null });
  expect(fresh.finishedAt).toBeNull();
  const old = await readSnapshot({ attempts, takenAt: '2026-03-02T09:00:00Z' });
  expect(old.verdicts.status).toMatchObject({ state: 'cut_off', label: 'Cut off in S2' });
  expect(stage(old, 's2_enrich').status).toBe('cut_off');
  expect(old.attempts).toMatchObject([{ endedBy: 'Cut off in S2', finishedAt: null }]);
  const finished = await readSnapshot({});
  expect(isSameRun(fresh.identity, finished.identity)).toBe(true);
  expect(fresh.identity.startSource).toBe('log');
});

test('a fresh run an hour later in the same work dir is another run', async () => {
  const first = await readSnapshot({});
  const second = await readSnapshot({
    attempts: [
      { startedAt: defaultStart, stages: wholeRun() },
      { startedAt: '2026-03-01T22:30:00.000Z', stages: until('s2_enrich', { status: 'open' }), ending: 'cut' },
    ],
    takenAt: '2026-03-01T22:33:00Z',
  });
  expect(second.identity).toMatchObject({ firstFreshStartAt: '2026-03-01T22:30:00.000Z', startSource: 'log' });
  expect(isSameRun(first.identity, second.identity)).toBe(false);
  expect(second.verdicts.status.state).toBe('running');
});

test('a resume keeps the identity of the attempt it goes on from', async () => {
  const failed = {
    startedAt: defaultStart,
    stages: until('s2_enrich', { status: 'failed', raises: true, detail: 'boom' }),
  };
  const before = await readSnapshot({ attempts: [failed] });
  const reused = wholeRun().map((item): StagePlan => (item.key < 's2' ? { ...item, status: 'reused' } : item));
  const after = await readSnapshot({
    attempts: [failed, { log: 'resume.log', startedAt: '2026-03-02T01:00:00.000Z', mode: 'resume', stages: reused }],
  });
  expect(before.verdicts.status.label).toBe('Failed in S2');
  expect(after.verdicts.status.label).toBe('Finished');
  expect(after.verdicts.provenance).toMatchObject({ state: 'resumed', label: 'Resumed' });
  expect(stage(after, 's1_render').provenance).toBe('resumed');
  expect(stage(after, 's2_enrich').provenance).toBe('executed');
  expect(after.attempts.map((attempt) => attempt.mode)).toEqual(['fresh', 'resume']);
  expect(isSameRun(before.identity, after.identity)).toBe(true);
});

test('results of three attempts are merged, and older ones behind newer ones are stale', async () => {
  const done = (key: string): StagePlan => ({ key, seconds: 60 });
  const reuse = (key: string): StagePlan => ({ key, status: 'reused' });
  const run = await read({
    attempts: [
      {
        startedAt: '2026-03-01T21:00:00.000Z',
        stages: [done('s1_render'), done('s2_enrich'), { key: 's3_finetune', status: 'failed', detail: 'timeout' }],
      },
      {
        log: 'b.log',
        startedAt: '2026-03-01T22:00:00.000Z',
        mode: 'resume',
        stages: [
          reuse('s1_render'),
          reuse('s2_enrich'),
          done('s3_finetune'),
          done('s5_visual_fidelity'),
          done('s6_spatial_accuracy'),
          { key: 's7_x', status: 'failed' },
        ],
      },
      {
        log: 'c.log',
        startedAt: '2026-03-02T00:27:19.000Z',
        mode: 'resume',
        stages: [
          reuse('s1_render'),
          reuse('s2_enrich'),
          reuse('s3_finetune'),
          done('s3d_wm_refresh_loop'),
          reuse('s5_visual_fidelity'),
          reuse('s6_spatial_accuracy'),
        ],
      },
    ],
  });
  expect(run.verdicts.provenance).toMatchObject({ state: 'merged', label: 'Merged, 3 attempts' });
  expect(stage(run, 's5_visual_fidelity').staleBecause).toContain('before S3d');
  expect(stage(run, 's3_finetune').staleBecause).toBeNull();
  expect(stage(run, 's3d_wm_refresh_loop').staleBecause).toBeNull();
});

test('S4 after the refresh is the normal course; S4 newer than S3d without one makes S3d stale', async () => {
  const done = (key: string): StagePlan => ({ key, seconds: 60 });
  const normal = await read({
    attempts: [
      {
        startedAt: defaultStart,
        stages: [done('s1_render'), done('s4_policy_eval'), done('s3d_wm_refresh_loop'), done('s4_policy_eval')],
      },
    ],
  });
  expect(stage(normal, 's3d_wm_refresh_loop').staleBecause).toBeNull();
  expect(normal.attempts).toHaveLength(1);
  const odd = await read({
    attempts: [
      { startedAt: defaultStart, stages: [done('s1_render'), { key: 's4_policy_eval', status: 'failed' }] },
      {
        log: 'b.log',
        startedAt: '2026-03-02T00:00:00.000Z',
        stages: [done('s1_render'), done('s3d_wm_refresh_loop')],
        mode: 'resume',
      },
      {
        log: 'c.log',
        startedAt: '2026-03-02T03:00:00.000Z',
        mode: 'resume',
        stages: [
          { key: 's1_render', status: 'reused' },
          done('s4_policy_eval'),
          { key: 's3d_wm_refresh_loop', status: 'reused' },
        ],
      },
    ],
  });
  expect(stage(odd, 's3d_wm_refresh_loop').staleBecause).toContain('before S4');
});

test('refusals and the budget guard are named as such', async () => {
  const refused = await read({
    summary: {
      overall_status: 'failed',
      failed_stage_keys: ['pipeline/run_mode_guard'],
      stages: { 'pipeline/run_mode_guard': { status: 'failed', detail: 'resume is refused' } },
    },
  });
  expect(refused.verdicts.status).toMatchObject({ state: 'failed', label: 'Refused at launch' });
  expect(refused.verdicts.status.evidence.join(' ')).toContain('resume is refused');
  const budget =
    '2026-03-01 22:00:00,101 [ERROR] blueprint_validation.pipeline: Cloud budget guard triggered: Estimated spend $12.40 exceeded cloud.max_cost_usd=$12.00.';
  const stopped = await read({
    attempts: [{ startedAt: defaultStart, stages: until('s2_enrich', {}), extraLines: [budget] }],
    summary: { overall_status: 'failed', failed_stage_keys: ['pipeline/cloud_budget_guard'] },
  });
  expect(stopped.verdicts.status.label).toBe('Stopped by budget');
  expect(stopped.attempts[0]!.endedBy).toBe('Stopped by budget: $12.40 of $12.00');
});

test('two facilities: stages per facility, S7 of the run, gates of each', async () => {
  const run = await read({
    facilityIds: ['kitchen', 'bedroom'],
    files: {
      's7_cross_site_result.json': JSON.stringify({
        stage_name: 's7_cross_site',
        status: 'success',
        elapsed_seconds: 2,
        timestamp: '2026-03-01T23:00:00+00:00',
      }),
    },
  });
  expect(run.identity.facilityIds).toEqual(['bedroom', 'kitchen']);
  expect([...new Set(run.stages.map((item) => item.facilityId))]).toEqual(['bedroom', 'kitchen', null]);
  expect(run.stages.at(-1)).toMatchObject({ key: 's7_cross_site', facilityId: null, status: 'success' });
  expect(run.gateList.filter((gate) => gate.key === 'policy_uplift').map((gate) => gate.facilityId)).toEqual([
    'bedroom',
    'kitchen',
  ]);
});

test('built-in prompts fail their gate, and scores against the wrong reference measure nothing', async () => {
  const run = await read({
    clips: [{ name: 'clip_000_orbit', variants: ['daylight_clean'] }],
    clipOptions: { row: { orientation_fix: 'vflip' } },
  });
  expect(run.prompts).toMatchObject([{ variantName: 'daylight_clean', origin: 'builtin' }]);
  expect(run.gateList.find((gate) => gate.key === 'prompt_origin')).toMatchObject({ state: 'failed' });
  const scored = await read({
    files: {
      'kitchen_0787/s5_visual_fidelity_result.json': JSON.stringify({
        status: 'success',
        timestamp: '2026-03-01T23:00:00+00:00',
        metrics: { overall_mean_psnr: 7.9, overall_mean_ssim: 0.36 },
      }),
    },
    clipOptions: { row: { orientation_fix: 'vflip' } },
  });
  expect(scored.gateList.find((gate) => gate.key === 'visual_fidelity')).toMatchObject({
    state: 'not_measured',
    measured: expect.stringContaining('vflip'),
  });
});

test('a host whose clock is not UTC is recognised by its own results', async () => {
  const run = await readSnapshot({ attempts: [{ startedAt: defaultStart, stages: wholeRun(), hostOffsetHours: -5 }] });
  expect(run.attempts).toMatchObject([{ startedAt: defaultStart, endedBy: 'Finished' }]);
  expect(run.verdicts.provenance.state).toBe('executed');
});

test('an unreadable summary: the log tells, and without a log nobody does', async () => {
  const half = await read({ files: { 'pipeline_summary.json': '{"overall_status": "succ' } });
  expect(half.verdicts.status).toMatchObject({ state: 'success', label: 'Finished' });
  expect(half.problems).toMatchObject([{ path: 'pipeline_summary.json', code: 'half_written' }]);
  const silent = await read({ files: { 'pipeline_summary.json': '', 'run_all.log': null } });
  expect(silent.verdicts.status).toMatchObject({ state: 'unknown', label: 'Unknown' });
  expect(silent.problems).toMatchObject([{ code: 'empty_file' }]);
});
