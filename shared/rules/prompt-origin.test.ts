import { expect, test } from 'vitest';
import { guessPromptOrigin, type PromptOriginFacts } from './prompt-origin.ts';

const origin = (facts: Partial<PromptOriginFacts> & { variantName: string }) =>
  guessPromptOrigin({
    prompt: 'p',
    runVariantNames: [facts.variantName],
    cached: null,
    config: null,
    logSaysBuiltin: false,
    ...facts,
  }).origin;

test('built-in names, and the name both lists share', () => {
  expect(origin({ variantName: 'daylight_clean' })).toBe('builtin');
  expect(origin({ variantName: 'wet_floor' })).toBe('builtin_industrial');
  expect(origin({ variantName: 'evening_dim' })).toBe('builtin');
  expect(origin({ variantName: 'evening_dim', runVariantNames: ['evening_dim', 'cluttered'] })).toBe(
    'builtin_industrial',
  );
});

test('the order of the pipeline: cache, configuration, prompt model', () => {
  const config = { file: 'kitchen.yaml', variants: [{ name: 'lamps', prompt: 'p' }] };
  expect(origin({ variantName: 'lamps', cached: [{ name: 'lamps', prompt: 'p' }], config })).toBe('warmup_cache');
  expect(origin({ variantName: 'lamps', config })).toBe('config');
  expect(origin({ variantName: 'lamps', config, prompt: 'another text' })).toBe('model_written');
  expect(origin({ variantName: 'lamps' })).toBe('unknown');
});

test('a configured variant of a built-in name is configured; a cached one is built-in', () => {
  expect(
    origin({
      variantName: 'daylight_clean',
      config: { file: 'a.yaml', variants: [{ name: 'daylight_clean', prompt: 'p' }] },
    }),
  ).toBe('config');
  expect(origin({ variantName: 'daylight_clean', cached: [{ name: 'daylight_clean', prompt: 'p' }] })).toBe('builtin');
  expect(origin({ variantName: 'anything', logSaysBuiltin: true })).toBe('builtin');
});
