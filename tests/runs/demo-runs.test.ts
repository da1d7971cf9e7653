import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findRunRoots } from '#core/runs/read/find-run-roots.ts';
import { readRunFolder } from '#core/runs/read/read-run-folder.ts';
import type { RunRecord } from '#core/runs/read/record.ts';
import { canonicalStages } from '#shared/model/stages.ts';
import { gateSchema, runVerdictsSchema } from '#shared/model/verdict.ts';
import { attemptSchema, promptSchema, stageSchema } from '#shared/model/run.ts';

const demo = fileURLToPath(new URL('../../resources/demo/vast', import.meta.url));

async function demoRun(instanceId: string): Promise<RunRecord> {
  const { roots, problems } = await findRunRoots(demo);
  expect(problems).toEqual([]);
  return readRunFolder(roots.find((root) => root.instanceId === instanceId)!);
}

test('the demo folder holds three runs of three machines', async () => {
  const { roots } = await findRunRoots(demo);
  expect(roots.map((root) => root.instanceId)).toEqual(['32182930', '32182944', '32182955']);
});

test('a finished run: status, stages in canonical order, a failed gate', async () => {
  const run = await demoRun('32182930');
  expect(run.verdicts.status).toMatchObject({ state: 'success', label: 'Finished' });
  expect(run.verdicts.gates).toMatchObject({ state: 'failed', label: '1 failed, 2 open' });
  expect(run.verdicts.provenance).toMatchObject({ state: 'executed', label: 'Executed' });
  expect(run.stages.map((stage) => stage.key)).toEqual(canonicalStages.map((stage) => stage.key));
  expect(run.stages.filter((stage) => stage.status === 'deferred')).toHaveLength(7);
  expect(run.stages.find((stage) => stage.key === 's4_policy_eval')).toMatchObject({
    status: 'success',
    gateFailed: true,
    staleBecause: null,
  });
  expect(run.stages.find((stage) => stage.key === 's7_cross_site')).toMatchObject({
    status: 'skipped',
    facilityId: null,
  });
  expect(run.gateList.find((gate) => gate.key === 'visual_fidelity')!.measured).toContain(
    'the input begins at frame 12',
  );
  expect(run.identity).toMatchObject({
    owner: '32182930',
    remoteWorkDir: '/models/outputs',
    startSource: 'summary',
    firstFreshStartAt: '2026-11-23T13:59:20.765Z',
  });
  expect(run.headline.find((row) => row.name === 'Difference')!.value).toBe('−0.012');
  expect(run.problems).toEqual([]);
});

test('what is read fits the models of the room', async () => {
  const run = await demoRun('32182944');
  runVerdictsSchema.parse(run.verdicts);
  for (const stage of run.stages) stageSchema.parse(stage);
  for (const gate of run.gateList) gateSchema.parse(gate);
  for (const attempt of run.attempts) attemptSchema.parse(attempt);
  for (const prompt of run.prompts) promptSchema.parse(prompt);
  expect(structuredClone(run)).toEqual(run);
});

test('clips carry role, names, prompt, trim window and lineage', async () => {
  const run = await demoRun('32182944');
  const clip = (path: string) => run.clips.find((item) => item.path === `kitchen_0787/${path}`);
  expect(run.clips).toHaveLength(20);
  expect(clip('enriched/clip_000_orbit_evening_lamps.mp4')).toMatchObject({
    role: 'enriched',
    clipName: 'clip_000_orbit',
    variantName: 'evening_lamps',
    promptOrigin: 'unknown',
    seed: 2025,
    trim: { startFrame: 12, frameCount: 49, sourceFrameCount: 73 },
    orientationFix: 'none',
    inputPath: 'kitchen_0787/enriched/_trimmed_inputs/clip_000_orbit_rgb_trim.mp4',
    sourcePath: 'kitchen_0787/gemini_polish/clip_000_orbit_robot_polished.mp4',
    depthPath: 'kitchen_0787/enriched/_trimmed_inputs/clip_000_orbit_depth_trim.mp4',
    flags: [],
  });
  expect(clip('enriched/clip_001_sweep_evening_lamps_control_depth.mp4')).toMatchObject({
    role: 'control_sidecar',
    controlKind: 'depth',
    clipName: 'clip_001_sweep',
    variantName: 'evening_lamps',
  });
  expect(clip('gemini_polish/clip_001_sweep_robot_polished.mp4')).toMatchObject({
    role: 'polished',
    sourcePath: 'kitchen_0787/robot_composite/clip_001_sweep_robot.mp4',
  });
  expect(clip('enriched/_trimmed_inputs/clip_001_sweep_depth_trim.mp4')).toMatchObject({
    role: 'trimmed_depth',
    clipName: 'clip_001_sweep',
    sourcePath: 'kitchen_0787/renders/clip_001_sweep_depth.mp4',
  });
});

test('a run that died in S2 says where and why, and what it never reached', async () => {
  const run = await demoRun('32182955');
  expect(run.verdicts.status).toMatchObject({ state: 'failed', label: 'Failed in S2' });
  expect(run.verdicts.status.evidence.join(' ')).toContain("No module named 'natsort'");
  expect(run.verdicts.gates.state).toBe('partly_measured');
  expect(run.stages.find((stage) => stage.key === 's3_finetune')!.status).toBe('not_reached');
  expect(run.attempts).toMatchObject([{ mode: 'fresh', endedBy: 'Failed in S2' }]);
});
