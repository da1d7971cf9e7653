import { expect, test } from 'vitest';
import { draftOf, faultOf, searchOf } from './filters.ts';

const preset = {
  diskGb: 400,
  offer: { gpuNames: ['H100 SXM'], gpuCount: 1, minReliability: 0.97, verifiedOnly: true, kind: 'on_demand' as const },
};

test('the filters of a preset are searched for as they are', () => {
  expect(searchOf(draftOf(preset))).toEqual({ ...preset.offer, diskGb: 400, limit: 100 });
});

test('what is left empty is not asked for', () => {
  const draft = { ...draftOf(preset), gpuNames: [], gpuCount: '', minReliabilityPercent: ' ', verifiedOnly: false };
  expect(searchOf(draft)).toEqual({ kind: 'on_demand', diskGb: 400, limit: 100 });
});

test('countries are two letters, however they are written', () => {
  expect(searchOf({ ...draftOf(preset), countries: 'se, US;ca' })?.countries).toEqual(['SE', 'US', 'CA']);
  expect(searchOf({ ...draftOf(preset), countries: 'Sweden' })).toBeNull();
});

test.each([
  ['gpuCount', 'two', 'Not a number'],
  ['gpuCount', '1.5', 'A whole number'],
  ['gpuCount', '0', 'At least 1'],
  ['minReliabilityPercent', '101', 'At most 100'],
  ['maxPricePerHourUsd', '0', 'More than 0'],
  ['diskGb', '', 'A disk is needed'],
  ['diskGb', '400', null],
] as const)('%s %j: %s', (name, value, fault) => {
  expect(faultOf(name, value)).toBe(fault);
  expect(searchOf({ ...draftOf(preset), [name]: value }) === null).toBe(fault !== null);
});
