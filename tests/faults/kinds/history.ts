import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCall } from '../../support/command-line.ts';
import { buildRun } from '../../support/runs/build-run.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { sleep } from '../moments.ts';

const deciding = fileURLToPath(new URL('../deciding.ts', import.meta.url));

/** The history is written, or made anew, and its process ends in the middle. */
export const historyKinds: readonly FaultKind[] = [
  {
    name: 'kill -9 while decisions are written',
    async strike(scene) {
      const { world, dice } = scene;
      const runId = await importRun(scene);
      await world.closeCore();
      const isHit = await killWhileDeciding(scene, runId, () => sleep(dice.between(0, 120)));
      await lookForDecisions(scene);
      return isHit;
    },
  },
  {
    name: 'kill -9 while the index is made anew',
    weight: 0.5,
    async strike(scene) {
      const { world, dice } = scene;
      const runId = await importRun(scene);
      await world.closeCore();
      await killWhileDeciding(scene, runId, () => sleep(dice.between(0, 60)));
      const call = startCall(['history.rebuild', '{}', '--workspace', world.workspace], {
        home: world.home,
        env: world.environment,
      });
      let isOver = false;
      const outcome = call.outcome.finally(() => (isOver = true));
      // Started it has after some hundred milliseconds; what is killed before is a start.
      await Promise.race([outcome, sleep(dice.between(250, 1100))]);
      const isHit = !isOver;
      call.child.kill('SIGKILL');
      await outcome;
      await lookForDecisions(scene);
      return isHit;
    },
  },
];

async function importRun({ world, dice }: Scene): Promise<string> {
  const folder = await buildRun(join(world.folder, 'vast', String(dice.whole(10_000, 99_999)), 'latest', 'work_dir'), {
    clips: [],
  });
  const core = await world.open();
  await core.call('runs.import', { path: folder });
  const { items } = await core.call('runs.list', {});
  return items[0]!.id;
}

/** @returns whether at least one decision had been acknowledged and the next one was on its way. */
async function killWhileDeciding({ world, book }: Scene, runId: string, pause: () => Promise<void>): Promise<boolean> {
  const child = spawn(process.execPath, [deciding, world.workspace, runId], {
    env: { ...process.env, ...world.environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  const hasBegun = new Promise<void>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      resolve();
    });
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await Promise.race([hasBegun, ended]);
  await pause();
  child.kill('SIGKILL');
  await ended;
  for (const line of said.split('\n').slice(0, -1)) book.decisions.add(line);
  return said.includes('\n');
}

async function lookForDecisions({ world, book }: Scene): Promise<void> {
  const { items } = await (await world.open()).call('decisions.list', {});
  const known = new Set(items.map((item) => item.eventId));
  for (const eventId of book.decisions)
    if (!known.has(eventId))
      book.violations.push({ invariant: 'I1', what: `decision ${eventId} is lost after the kill` });
}
