import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machineFolderOf, reRoot } from './re-root.ts';

const files = new Set(['kitchen/renders/clip.mp4', 'policy_datasets/kitchen/a.json', 'kitchen/enriched/kitchen/x.mp4']);
const context = { bases: ['/models/outputs/pilot'], facilityIds: ['kitchen'], has: (path: string) => files.has(path) };

test('paths of the machine become paths below the run folder', () => {
  expect(reRoot('/models/outputs/pilot/kitchen/renders/clip.mp4', context)).toBe('kitchen/renders/clip.mp4');
  expect(reRoot('/models/outputs/pilot/policy_datasets/kitchen/a.json', context)).toBe(
    'policy_datasets/kitchen/a.json',
  );
  // Another base than the manifest knows: the facility's folder tells where the run begins.
  expect(reRoot('/workspace/else/kitchen/renders/clip.mp4', context)).toBe('kitchen/renders/clip.mp4');
  expect(reRoot('data/outputs/kitchen/renders/clip.mp4', context)).toBe('kitchen/renders/clip.mp4');
  expect(reRoot('./kitchen/renders/clip.mp4', context)).toBe('kitchen/renders/clip.mp4');
  expect(reRoot('/models/outputs/pilot/kitchen/gone.mp4', context)).toBe('kitchen/gone.mp4');
});

test('what lies outside the run has no place in it', () => {
  expect(reRoot('/app/data/scene.ply', context)).toBeNull();
  expect(reRoot('../../etc/passwd', context)).toBeNull();
  expect(reRoot('/models/outputs/pilot/../../../etc/passwd', context)).toBeNull();
  expect(reRoot('', context)).toBeNull();
});

test('a file below the base always comes back as it lies there, and nothing ever leads out', () => {
  const part = fc
    .string({ minLength: 1, unit: 'grapheme' })
    .filter((text) => !text.includes('/') && text !== '.' && text !== '..' && text !== 'kitchen');
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      expect(reRoot(`/models/outputs/pilot/${parts.join('/')}`, context)).toBe(parts.join('/'));
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('..', '.', 'kitchen', 'models', 'outputs', 'pilot', 'a'), { maxLength: 12 }),
      fc.boolean(),
      (parts, isAbsolute) => {
        const result = reRoot(`${isAbsolute ? '/' : ''}${parts.join('/')}`, context);
        expect(result === null || (!result.startsWith('/') && !result.split('/').includes('..'))).toBe(true);
      },
    ),
  );
});

test('the machine folder is what stands before the facility', () => {
  expect(machineFolderOf('/models/outputs/pilot/kitchen/renders', ['kitchen'])).toBe('/models/outputs/pilot');
  expect(machineFolderOf('kitchen/renders', ['kitchen'])).toBeNull();
});
