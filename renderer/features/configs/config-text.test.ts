import { describe, expect, test } from 'vitest';
import { applyFix, complete, completionsAt, lineRange, sectionAt, type ConfigKey } from './config-text.ts';

const text = `enrich:
  guidance: 5.5  # as before
  disable_guardrails: false
facilities:
  kitchen_0787:
    video_orientation_fix: rotate180
cloud:
  max_cost_usd: 12
`;

describe('a fix', () => {
  const fixed = (line: number, key: string, fix: string): string | undefined =>
    applyFix(text, { line, key, fix })?.split('\n')[line - 1];

  test('is put in where it is a plain value for the key of the line; a comment stays', () => {
    expect(fixed(2, 'enrich.guidance', 'Write 6.')).toBe('  guidance: 6  # as before');
    expect(fixed(3, 'enrich.disable_guardrails', 'Write disable_guardrails: true.')).toBe('  disable_guardrails: true');
    const turned = 'facilities.kitchen_0787.video_orientation_fix';
    expect(fixed(6, turned, 'Write none, or check the depth of a run first.')).toBe('    video_orientation_fix: none');
  });

  test('is left to a person where it is no value, of another key, or of no line', () => {
    expect(fixed(2, 'enrich.guidance', 'Take it out, or check its name.')).toBeUndefined();
    expect(fixed(2, 'enrich.guidance', 'Write action_boost.enabled: false.')).toBeUndefined();
    expect(fixed(1, 'enrich.dynamic_variants', 'Write dynamic_variants: false.')).toBeUndefined();
    expect(applyFix(text, { line: null, key: null, fix: 'Write none.' })).toBeNull();
    expect(fixed(8, 'cloud.max_cost_usd', 'Write [480, 640].')).toBeUndefined();
  });
});

describe('completion', () => {
  const keys: ConfigKey[] = [
    { key: 'enrich', kind: 'section' },
    { key: 'enrich.guidance', kind: 'number' },
    { key: 'enrich.guidance_scale', kind: 'number' },
    { key: 'cloud.guard', kind: 'switch' },
    { key: 'facilities.*.ply_path', kind: 'other' },
  ];
  const at = (typed: string): string[] => completionsAt(typed, typed.length, keys).map(({ key }) => key);

  test('offers keys of the section that the caret stands in', () => {
    expect(at('enrich:\n  gui')).toEqual(['enrich.guidance', 'enrich.guidance_scale']);
    expect(at('cloud:\n  x: 1\n  gu')).toEqual(['cloud.guard']);
    expect(at('en')).toEqual(['enrich']);
    expect(at('facilities:\n  kitchen_0787:\n    ply')).toEqual(['facilities.*.ply_path']);
  });

  test('offers nothing in a value, in a comment, or for a key that is whole', () => {
    expect(at('enrich:\n  guidance: gui')).toEqual([]);
    expect(at('# gui')).toEqual([]);
    expect(at('enrich')).toEqual([]);
  });

  test('puts the key in place of what was typed, with the caret behind it', () => {
    const typed = 'enrich:\n  gui';
    expect(complete(typed, typed.length, keys[1]!)).toEqual({ text: 'enrich:\n  guidance: ', caret: 20 });
    expect(complete('en', 2, keys[0]!).text).toBe('enrich:');
  });
});

test('lines and sections are found by their place', () => {
  expect(sectionAt(text.split('\n'), 1)).toBe('enrich');
  expect(sectionAt(text.split('\n'), 3)).toBe('');
  const [start, end] = lineRange(text, 3);
  expect(text.slice(start, end)).toBe('  disable_guardrails: false');
  expect(lineRange(text, 999)[1]).toBe(text.length);
});
