import { join } from 'node:path';
import { buildSnapshot } from './build-run.ts';
import { wholeRun, type StagePlan } from './stage-files.ts';

const facilities = ['kitchen_0787', 'bedroom_1203', 'office_0044'];
const clip = { name: 'clip_000_orbit', variants: ['morning_daylight'] };

/** Stages up to S2, which raises. */
function failingRun(): StagePlan[] {
  const stages = wholeRun();
  const index = stages.findIndex((stage) => stage.key === 's2_enrich');
  return [
    ...stages.slice(0, index),
    {
      key: 's2_enrich',
      status: 'failed',
      seconds: 1,
      raises: true,
      detail: "ModuleNotFoundError: No module named 'natsort'",
    },
  ];
}

/**
 * Writes `count` small snapshots of different instances below `dir` (about 30 files each), every seventh
 * failed. The same count gives the same runs. `bytes` replaces the stub clips.
 */
export async function buildManyRuns(
  dir: string,
  count: number,
  options: { readonly bytes?: Uint8Array } = {},
): Promise<string> {
  const atOnce = 16;
  for (let from = 0; from < count; from += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - from) }, (_, offset) => from + offset);
    await Promise.all(
      batch.map((index) =>
        buildSnapshot(join(dir, 'vast'), {
          instanceId: String(40_000_000 + index),
          facilityIds: [facilities[index % facilities.length]!],
          attempts: [
            {
              startedAt: new Date(Date.UTC(2026, 0, 1) + index * 3_600_000).toISOString(),
              stages: index % 7 === 6 ? failingRun() : wholeRun(),
            },
          ],
          clips: [clip],
          clipOptions: options.bytes === undefined ? {} : { bytes: options.bytes },
          takenAt: new Date(Date.UTC(2026, 0, 1, 2) + index * 3_600_000).toISOString(),
        }),
      ),
    );
  }
  return dir;
}
