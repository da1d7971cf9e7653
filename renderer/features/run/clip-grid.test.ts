import { expect, test } from 'vitest';
import type { ClipWithRun } from '#shared/model/clip.ts';
import { arrangeClips } from './clip-grid.tsx';

function clip(change: Partial<ClipWithRun>): ClipWithRun {
  const base: ClipWithRun = {
    id: 'c',
    runId: 'r',
    runName: 'run',
    instanceId: null,
    role: 'render',
    facilityId: null,
    clipName: 'clip_000_orbit',
    variantName: null,
    controlKind: null,
    condition: null,
    prompt: null,
    promptOrigin: null,
    promptOriginWhy: null,
    trim: null,
    orientationFix: null,
    scores: {},
    seed: null,
    inputPath: null,
    sourcePath: null,
    depthPath: null,
    flags: [],
    path: 'a.mp4',
    fileName: 'a.mp4',
    sizeBytes: null,
    modifiedAt: null,
    frameCount: null,
    fps: null,
    durationSeconds: null,
    widthPx: null,
    heightPx: null,
    codec: null,
    playable: true,
    unplayableBecause: null,
    convertedMediaId: null,
    mediaId: null,
    sha256: null,
    isPresent: true,
    successorMediaId: null,
    predecessorMediaId: null,
  };
  return { ...base, ...change };
}

test('columns follow the making of a clip, rows its source, and nothing is lost when two clips share a cell', () => {
  const grid = arrangeClips([
    clip({ id: '1', role: 'enriched', variantName: 'evening_lamps' }),
    clip({ id: '2', role: 'depth' }),
    clip({ id: '7', role: 'control_sidecar', controlKind: 'depth', variantName: 'evening_lamps' }),
    clip({ id: '3', role: 'render', clipName: 'clip_001_sweep' }),
    clip({ id: '4', role: 'render' }),
    clip({ id: '5', role: 'render', path: 'b.mp4' }),
    clip({ id: '6', role: 'other', clipName: null }),
  ]);
  expect(grid.columns).toEqual(['Render', 'Depth', 'Evening lamps', 'Control depth evening lamps', 'Other']);
  expect([...grid.rows.keys()]).toEqual(['000 orbit', '001 sweep', 'Clip not named']);
  expect(
    grid.rows
      .get('000 orbit')
      ?.get('Render')
      ?.map((each) => each.id),
  ).toEqual(['4', '5']);
});
