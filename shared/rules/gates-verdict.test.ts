import { expect, test } from 'vitest';
import type { GateFinding } from './gate-finding.ts';
import { decideGates } from './gates-verdict.ts';

const finding = (state: GateFinding['state'], counts = true): GateFinding => ({
  key: 'k',
  name: 'Gate',
  stageKey: 's2_enrich',
  facilityId: 'kitchen',
  state,
  measured: 'value',
  source: 'file.json',
  counts,
});
const verdict = (...findings: GateFinding[]) => {
  const { state, label } = decideGates(findings);
  return [state, label];
};

test('one failed gate fails the verdict, gates that are off are not counted', () => {
  expect(verdict(finding('failed'), finding('passed'), finding('not_measured', false))).toEqual([
    'failed',
    '1 of 2 failed',
  ]);
});

test('passed needs every counted gate', () => {
  expect(verdict(finding('passed'), finding('not_measured', false))).toEqual(['passed', '1 of 1 passed']);
  expect(verdict(finding('passed'), finding('not_measured'))).toEqual(['partly_measured', '1 of 2 measured']);
  expect(verdict(finding('passed'), finding('unknown'))).toEqual(['partly_measured', '1 of 2 measured']);
});

test('nothing measured is none reached, nothing told is unknown', () => {
  expect(verdict(finding('not_measured'))).toEqual(['none_reached', 'None reached']);
  expect(verdict(finding('not_measured', false))).toEqual(['none_reached', 'None reached']);
  expect(verdict(finding('unknown'), finding('not_measured'))).toEqual(['unknown', 'Unknown']);
  expect(verdict()).toEqual(['none_reached', 'None reached']);
});

test('the evidence names value and file, failures first', () => {
  const { evidence } = decideGates([finding('passed'), finding('failed')]);
  expect(evidence[0]).toBe('Gate, kitchen: failed. value (file.json).');
});
