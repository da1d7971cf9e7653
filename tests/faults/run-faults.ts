import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { kindsThatMiss, reportLines, resultLines } from './report.ts';
import { seedOfDay } from './seeds.ts';

/** `npm run faults -- --seed S --count N [--from N] [--kind NAME] [--workers N]`: exits 1 when anything was violated. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(seedOfDay(new Date())) },
    count: { type: 'string', default: '50' },
    from: { type: 'string', default: '0' },
    kind: { type: 'string' },
    workers: { type: 'string', default: '3' },
  },
});
const only = values.kind ?? null;
const seed = Number(values.seed);
const count = Number(values.count);
console.log(`seed ${seed}, ${count} scenarios from ${values.from}`);
let done = 0;
const results = await runCampaign({
  seed,
  count,
  from: Number(values.from),
  only,
  workerCount: Number(values.workers),
  onResult: (result) => {
    done += 1;
    console.log(`${done}/${count} ${resultLines(result, { seed, only }).join('\n')}`);
  },
});
console.log(`\n${reportLines(results, { seed, only }).join('\n')}`);
const missing = kindsThatMiss(results);
if (missing.length > 0) console.log(`fewer than 70 % hit during the work: ${missing.join(', ')}`);
process.exitCode = missing.length > 0 || results.some((result) => result.violations.length > 0) ? 1 : 0;
