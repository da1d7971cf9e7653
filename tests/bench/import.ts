import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';
import { buildManyRuns } from '../support/runs/many-runs.ts';
import type { Bench } from './figure.ts';

/** What any import must do at least: list every file, read it, and parse what is JSON. One thread, nothing stored. */
async function readEverything(folder: string): Promise<number> {
  let files = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    files += 1;
    if (!entry.name.endsWith('.json')) continue;
    try {
      JSON.parse(bytes.toString('utf8'));
    } catch {
      // Pipelines write NaN: reading is what is measured here.
    }
  }
  return files;
}

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** Import of many runs through the real core, and how late the engine's own thread was meanwhile. */
export const benchImport: Bench = async (options, report) => {
  const count = options.full ? 5000 : 1000;
  const folder = temporaryFolder();
  try {
    const runs = await buildManyRuns(join(folder.path, 'runs'), count);
    // Read once before, so that neither side pays for the disk.
    await readEverything(runs);
    const readStart = performance.now();
    const files = await readEverything(runs);
    const readSeconds = (performance.now() - readStart) / 1000;

    const room = await openTestCore(join(folder.path, 'workspace'));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const importStart = performance.now();
    const imported = await room.call('runs.import', { path: runs });
    const importSeconds = (performance.now() - importStart) / 1000;
    delay.disable();
    if (imported.runs.length !== count) throw new Error(`${imported.runs.length} of ${count} runs were imported`);

    report({
      name: `import of ${count} runs`,
      value: round(importSeconds, 2),
      unit: 's',
      beside: { name: `reading and parsing the same ${files} files in one thread`, value: round(readSeconds, 2) },
      goal: null,
      met: null,
    });
    report({
      name: 'import rate',
      value: round(count / importSeconds),
      unit: 'runs/s',
      beside: null,
      goal: null,
      met: null,
    });
    const p99Ms = delay.percentile(99) / 1e6;
    report({
      name: `engine event-loop delay p99 during import of ${count} runs`,
      value: round(p99Ms),
      unit: 'ms',
      beside: null,
      goal: 'at most 50 ms',
      met: p99Ms <= 50,
    });
    report({
      name: 'engine event-loop delay, worst',
      value: round(delay.max / 1e6),
      unit: 'ms',
      beside: null,
      goal: 'at most 50 ms',
      met: delay.max / 1e6 <= 50,
    });

    const againStart = performance.now();
    await room.call('runs.import', { path: runs });
    report({
      name: `the same import again, nothing new`,
      value: round((performance.now() - againStart) / 1000, 2),
      unit: 's',
      beside: { name: 'the first import', value: round(importSeconds, 2) },
      goal: null,
      met: null,
    });

    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      const start = performance.now();
      await room.call('runs.list', { limit: 500 });
      times.push(performance.now() - start);
    }
    const sorted = times.toSorted((a, b) => a - b);
    report({
      name: 'runs.list, 500 rows, p95',
      value: round(sorted[Math.floor(sorted.length * 0.95)]!),
      unit: 'ms',
      beside: null,
      goal: null,
      met: null,
    });
    await room.close();
  } finally {
    folder.remove();
  }
};
