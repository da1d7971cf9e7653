import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../support/test-core.ts';
import type { ScenarioResult } from './scenario.ts';
import type { WorkerOrder } from './worker.ts';

export type CampaignOptions = {
  readonly seed: number;
  readonly count: number;
  /** The number of the first scenario. */
  readonly from: number;
  /** Only faults whose name has this in it; null for all. */
  readonly only: string | null;
  readonly workerCount: number;
  readonly onResult: (result: ScenarioResult) => void;
};

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Runs scenarios in a few processes side by side; whatever becomes of one, nothing of it is left on this computer. */
export async function runCampaign(options: CampaignOptions): Promise<readonly ScenarioResult[]> {
  const folder = mkdtempSync(join(fastFolder(), 'room-campaign-'));
  const results: ScenarioResult[] = [];
  let next = options.from;
  const end = options.from + options.count;

  async function runWorker(index: number): Promise<void> {
    const own = join(folder, String(index));
    mkdirSync(own);
    let child: ChildProcess | null = null;
    while (next < end) {
      const number = next++;
      child ??= fork(workerFile, {
        cwd: projectFolder,
        env: { ...process.env, TMPDIR: own, NODE_COMPILE_CACHE: join(projectFolder, '.cache', 'node') },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const result = await runIn(child, { seed: options.seed, number, only: options.only });
      if (child.exitCode !== null || child.signalCode !== null) child = null;
      results.push(result);
      options.onResult(result);
    }
    const last = child;
    if (last === null) return;
    await new Promise((resolve) => {
      last.once('exit', resolve);
      last.disconnect();
    });
  }

  try {
    await Promise.all(Array.from({ length: Math.min(options.workerCount, options.count) }, (_, i) => runWorker(i)));
  } finally {
    unmountBelow(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  return results.toSorted((a, b) => a.number - b.number);
}

function runIn(child: ChildProcess, order: WorkerOrder): Promise<ScenarioResult> {
  return new Promise((resolve) => {
    const onExit = (code: number | null, signal: string | null): void => {
      child.off('message', onMessage);
      const what = `the process of the scenario ended with ${signal ?? code}`;
      resolve({ number: order.number, strikes: [], violations: [{ invariant: 'words', what }], elapsedMs: 0 });
    };
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message as ScenarioResult);
    };
    child.once('exit', onExit);
    child.once('message', onMessage);
    child.send(order);
  });
}

/** In memory where that is possible: flushing a disk that others use as well takes most of the time otherwise. */
function fastFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/** Small disks of a process that ended before it could take them down. */
function unmountBelow(folder: string): void {
  let table = '';
  try {
    table = readFileSync('/proc/mounts', 'utf8');
  } catch {
    return;
  }
  for (const line of table.split('\n')) {
    const place = line.split(' ')[1] ?? '';
    if (place.startsWith(`${folder}/`)) spawnSync('umount', ['-l', place]);
  }
}
