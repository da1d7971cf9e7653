import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { reportLines, resultLines } from './report.ts';
import { seedOfDay } from './seeds.ts';

/** Another seed each day; `ROOM_FAULTS_SEED` repeats one. */
const seed = Number(process.env['ROOM_FAULTS_SEED'] ?? seedOfDay(new Date()));

test('fifty faults, another fifty each day, lose nothing', { timeout: 900_000 }, async () => {
  console.log(`faults: seed ${seed}`);
  const results = await runCampaign({
    seed,
    count: 50,
    from: 0,
    only: null,
    workerCount: 3,
    onResult: (result) => {
      if (result.violations.length > 0) console.log(resultLines(result, { seed, only: null }).join('\n'));
    },
  });
  const lines = reportLines(results, { seed, only: null });
  console.log(lines.join('\n'));
  expect(results.filter((result) => result.violations.length > 0)).toEqual([]);
  expect(results.flatMap((result) => result.strikes).filter(({ isHit }) => isHit).length).toBeGreaterThan(30);
});
