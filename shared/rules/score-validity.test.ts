import { expect, test } from 'vitest';
import { fidelityTraps, spatialTraps } from './score-validity.ts';

const traps = (row: object, fidelity: { [key: string]: unknown } | null = null) =>
  fidelityTraps({ enriched: { clips: [row] }, fidelity, metrics: {} });

test('S5 compares with the raw render: fix, offset and arm make its scores say nothing', () => {
  expect(traps({ orientation_fix: 'vflip' })[0]).toContain('vflip');
  expect(traps({ input_trim_start_frame: 12 })[0]).toContain('frame 12');
  expect(traps({ source_video_path: '/x/robot_composite/clip_robot.mp4' })[0]).toContain('the clip with the arm');
  expect(traps({ source_video_path: '/x/gemini_polish/clip_robot_polished.mp4' })[0]).toContain('polished');
});

test('a raw render from frame 0 is compared rightly, and so is any input by later revisions', () => {
  expect(
    traps({ orientation_fix: 'none', input_trim_start_frame: 0, source_video_path: '/x/renders/clip.mp4' }),
  ).toEqual([]);
  expect(traps({ orientation_fix: 'vflip' }, { lineage_source: 'prepared_input' })).toEqual([]);
});

test('S6: a judge whose words say that it could not judge gives no score', () => {
  const unusable = { reasoning: 'The frames are unusable.', spatial_score: 1 };
  expect(spatialTraps({ num_evaluated: 1 }, [unusable])).toHaveLength(1);
  expect(spatialTraps({ num_evaluated: 2 }, [unusable, { reasoning: 'Good.' }])).toEqual([]);
  expect(spatialTraps({ num_evaluated: 3, num_valid_samples: 0 }, [])).toEqual(['No valid sample']);
});
