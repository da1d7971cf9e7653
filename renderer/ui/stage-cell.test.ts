import { expect, test } from 'vitest';
import type { StageCell } from '#shared/model/run.ts';
import { describeStages, foldCells, stageClassOf } from './stage-cell.ts';

const done: StageCell = { key: 's1_render', status: 'success', reused: false, stale: false, gateFailed: false };

test('stale wins over reused, and a failed gate marks a stage that is done', () => {
  expect(stageClassOf(done)).toBe('s');
  expect(stageClassOf({ ...done, reused: true })).toBe('m');
  expect(stageClassOf({ ...done, reused: true, stale: true })).toBe('t');
  expect(stageClassOf({ ...done, gateFailed: true })).toBe('s w');
});

test('the strip can be heard: every stage is named under its state', () => {
  const cells: StageCell[] = [
    done,
    { ...done, key: 's1b_robot_composite' },
    { ...done, key: 's2_enrich', status: 'failed' },
    { ...done, key: 's5_visual_fidelity', status: 'not_reached' },
  ];
  expect(describeStages(cells)).toBe('done S1, S1b; failed S2; not reached S5');
});

test('a run over several facilities is one strip in canonical order, and trouble in one is seen', () => {
  const cells: StageCell[] = [
    { ...done, key: 's2_enrich' },
    { ...done, gateFailed: true },
    { ...done, key: 's2_enrich', status: 'failed' },
    done,
    { ...done, key: 's7_cross_site', status: 'skipped' },
  ];
  const folded = foldCells(cells);
  expect(folded.map(({ cell }) => cell.key)).toEqual(['s1_render', 's2_enrich', 's7_cross_site']);
  expect(folded.map(({ cell }) => stageClassOf(cell))).toEqual(['s w', 'f', 'k']);
  expect(folded[1]?.words).toBe('done in 1 of 2, failed in 1 of 2');
});
