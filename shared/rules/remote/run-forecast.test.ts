import { describe, expect, test } from 'vitest';
import { forecastRun } from './run-forecast.ts';

const startedAtMs = Date.parse('2026-03-01T10:00:00Z');
const facts = (more: object) => ({
  stages: [
    { key: 's1_render', state: 'success' as const, startedAt: '2026-03-01T10:00:00Z' },
    { key: 's2_enrich', state: 'running' as const, startedAt: '2026-03-01T10:10:00Z' },
  ],
  earlier: new Map([
    ['s1_render', [500]],
    ['s2_enrich', [1800, 1200, 600]],
    ['s5_visual_fidelity', [300]],
  ]),
  isOver: false,
  startedAtMs,
  endedAtMs: null,
  nowMs: startedAtMs + 900_000,
  ratePerHourUsd: 2,
  ...more,
});

describe('the forecast of a run', () => {
  test('is what is left of the stage that runs and all of those to come, by the middle of earlier runs', () => {
    // 1,200 s of stage 2, of which 300 are over, and 300 s of stage 5.
    const told = forecastRun(facts({}));
    expect(told).toMatchObject({ elapsedSeconds: 900, spentUsd: 0.5, secondsLeft: 1200 });
    expect(told.totalUsd).toBeCloseTo(0.5 + 1200 / 1800, 9);
    expect(told.words).toBe('By the middle of 3 earlier runs.');
  });

  test('is not guessed without a history, or in a stage that no run went through', () => {
    expect(forecastRun(facts({ earlier: new Map() }))).toMatchObject({
      secondsLeft: null,
      totalUsd: null,
      spentUsd: 0.5,
    });
    const stages = [{ key: 's3_finetune', state: 'running', startedAt: null }];
    expect(forecastRun(facts({ stages })).words).toBe('No earlier run went through s3_finetune.');
  });

  test('an unknown rate is no cost of zero, and a run that is over has nothing left', () => {
    expect(forecastRun(facts({ ratePerHourUsd: null }))).toMatchObject({
      spentUsd: null,
      totalUsd: null,
      secondsLeft: 1200,
    });
    const over = forecastRun(facts({ isOver: true, endedAtMs: startedAtMs + 3_600_000 }));
    expect(over).toMatchObject({ elapsedSeconds: 3600, spentUsd: 2, totalUsd: 2, secondsLeft: 0 });
    expect(forecastRun(facts({ isOver: true }))).toMatchObject({ elapsedSeconds: null, spentUsd: null });
  });

  test('a stage that takes longer than ever has nothing left, not less', () => {
    expect(forecastRun(facts({ nowMs: startedAtMs + 9_000_000 })).secondsLeft).toBe(300);
  });
});
