import { expect, test } from 'vitest';
import type { ManifestFile } from '../model/snapshot-manifest.ts';
import { fileToProve } from './file-to-prove.ts';

const fileOf = (path: string, sizeBytes: number, patch: Partial<ManifestFile> = {}): ManifestFile =>
  ({ kind: 'file', path, sizeBytes, sha256: `hash of ${path}`, ...patch }) as ManifestFile;

const pathOf = (files: readonly ManifestFile[], wanted: string | null = null): string | null =>
  fileToProve(files, wanted)?.path ?? null;

test('the smallest result is brought back, though other files are smaller', () => {
  const files = [
    fileOf('work_dir/clip.mp4', 10),
    fileOf('work_dir/s2_enrich/s2_enrich_result.json', 900),
    fileOf('work_dir/s1_render/s1_render_result.json', 400),
  ];
  expect(pathOf(files)).toBe('work_dir/s1_render/s1_render_result.json');
});

test('without a result it is the smallest file, and of equals the first by name', () => {
  expect(pathOf([fileOf('c', 20), fileOf('b', 10), fileOf('a', 10)])).toBe('a');
});

test('an empty file, a link, a folder and a file whose hash is not known prove nothing', () => {
  const files = [
    fileOf('empty', 0),
    fileOf('link', 5, { kind: 'symlink' } as Partial<ManifestFile>),
    fileOf('unknown', 5, { sha256: null } as Partial<ManifestFile>),
  ];
  expect(fileToProve(files, null)).toBeNull();
  expect(fileToProve([...files, fileOf('whole', 7)], null)).toEqual({
    path: 'whole',
    sizeBytes: 7,
    sha256: 'hash of whole',
  });
});

test('what was asked for is taken or nothing is: never another file in its place', () => {
  const files = [fileOf('a', 5), fileOf('b', 9)];
  expect(pathOf(files, 'b')).toBe('b');
  expect(pathOf(files, 'c')).toBeNull();
});
