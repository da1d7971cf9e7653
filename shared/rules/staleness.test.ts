import { expect, test } from 'vitest';
import type { Stage } from '../model/run.ts';
import { stageNames } from '../model/stages.ts';
import { markStale } from './staleness.ts';

const stage = (key: string, minute: number, more: Partial<Stage> = {}): Stage => ({
  key,
  facilityId: 'kitchen',
  ...stageNames(key),
  status: 'success',
  elapsedSeconds: 1,
  startedAt: null,
  finishedAt: `2026-03-01T21:${String(minute).padStart(2, '0')}:00.000Z`,
  detail: '',
  errorCode: null,
  provenance: 'executed',
  staleBecause: null,
  gateFailed: false,
  metrics: {},
  outputs: {},
  resultPath: null,
  ...more,
});
const staleKeys = (stages: Stage[], isRefreshRerun = false): string[] =>
  markStale(stages, () => isRefreshRerun).flatMap((item) => (item.staleBecause === null ? [] : [item.key]));

test('a success older than a success before it is stale; in order nothing is', () => {
  expect(staleKeys([stage('s1_render', 1), stage('s2_enrich', 2)])).toEqual([]);
  expect(staleKeys([stage('s1_render', 5), stage('s2_enrich', 2), stage('s3_finetune', 9)])).toEqual(['s2_enrich']);
});

test('skipped stages, failures and other facilities make nothing stale', () => {
  expect(staleKeys([stage('s1_render', 5, { status: 'skipped' }), stage('s2_enrich', 2)])).toEqual([]);
  expect(staleKeys([stage('s1_render', 5), stage('s2_enrich', 2, { status: 'failed' })])).toEqual([]);
  expect(staleKeys([stage('s1_render', 5, { facilityId: 'office' }), stage('s2_enrich', 2)])).toEqual([]);
});

test('S4 after S3d is stale for S3d only when it was no refresh', () => {
  const stages = [stage('s4_policy_eval', 5), stage('s3d_wm_refresh_loop', 3)];
  expect(staleKeys(stages, true)).toEqual([]);
  expect(staleKeys(stages, false)).toEqual(['s3d_wm_refresh_loop']);
});

test('the run-level stage is held against every facility; an unknown stage against none', () => {
  const cross = stage('s7_cross_site', 3, { facilityId: null });
  expect(staleKeys([stage('s6_spatial_accuracy', 5, { facilityId: 'office' }), cross])).toEqual(['s7_cross_site']);
  expect(staleKeys([stage('s1_render', 5), stage('s9_future', 2)])).toEqual([]);
});
