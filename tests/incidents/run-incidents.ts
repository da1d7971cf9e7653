import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentNames } from './nineteen/names.ts';

/** `npm run test:incidents`: a line for each of the nineteen, in their order; exits 1 when one is not shown. */
const folder = mkdtempSync(join(tmpdir(), 'room-incidents-'));
const report = join(folder, 'report');
writeFileSync(report, '');
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const config = join('configs', 'tooling', 'vitest.config.ts');
const { stdout, stderr } = spawnSync(
  process.execPath,
  [vitest, 'run', '-c', config, '--retry', '0', 'tests/incidents/nineteen'],
  { encoding: 'utf8', env: { ...process.env, ROOM_INCIDENTS_REPORT: report }, maxBuffer: 64 * 1024 * 1024 },
);
const lines = readFileSync(report, 'utf8').split('\n');
rmSync(folder, { recursive: true });
const order = [...Array.from({ length: 13 }, (_, at) => String(at + 1)), 'A', 'B', 'C', 'D', 'E', 'F'];
let missing = 0;
for (const id of order) {
  const line = lines.find((each) => each.startsWith(`ok ${id} `));
  if (line === undefined) missing += 1;
  console.log(line ?? `NOT SHOWN ${id} ${incidentNames[id]}`);
}
if (missing > 0) console.log(`\n${stdout}\n${stderr}`);
process.exitCode = missing > 0 ? 1 : 0;
