import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import type { FleetItem } from '#shared/model/fleet.ts';
import type { Job } from '#shared/model/job.ts';
import { room } from '../support/command-line.ts';
import { startRoom } from '../support/room-process.ts';
import { temporaryFolder } from '../support/test-core.ts';

const speed = 20;
const longestWaitMs = 60_000;

test('an open room that is killed in the middle of a guard’s stop goes on with it when it opens again', async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const vast = await startVastSimulator({
    mode: 'cli-safe',
    fleet: 'empty',
    speed,
    apiKey: 'test-key',
    rateLimits: 'off',
  });
  onTestFinished(() => vast.close());
  const id = await vast.control.addMachine({ label: 'night', status: 'running' });
  const home = join(folder.path, 'home');
  const workspace = join(folder.path, 'workspace');
  const env = { VAST_URL: vast.url, VAST_API_KEY: 'test-key', ROOM_VAST_SPEED: String(speed), ROOM_HOME: home };
  const call = (method: string, input: unknown) =>
    room([method, JSON.stringify(input), '--workspace', workspace], { home, env });
  const guardJobs = async (): Promise<readonly Job[]> => {
    const { value } = await call('jobs.list', {});
    return (value as { items: Job[] }).items.filter((job) => job.actor === 'guard');
  };
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const giveUpAt = Date.now() + longestWaitMs;
    while (!(await isSo())) {
      if (Date.now() > giveUpAt) throw new Error(`Waited for ${what}.`);
      // The provider answers from this process.
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };

  const first = await startRoom({ workspaceFolder: workspace, env });
  onTestFinished(() => first.stop());
  vast.control.setFault({ name: 'stop_ignored' });
  const armed = await call('guards.arm', { id, maxRunHours: 0.0005, confirm: String(id) });
  expect(armed.code).toBe(0);
  await until('the stop', async () =>
    vast.control.requests().some(({ method, body }) => method === 'PUT' && JSON.stringify(body).includes('stopped')),
  );
  process.kill(first.pid, 'SIGKILL');
  await until('its end', async () => (await guardJobs()).every((job) => job.state === 'interrupted'));
  vast.control.clearFaults();

  const second = await startRoom({ workspaceFolder: workspace, env });
  onTestFinished(() => second.stop());
  await until('the proof', async () => (await guardJobs()).some((job) => job.state === 'succeeded'));
  expect(vast.control.machines()).toMatchObject([{ intendedStatus: 'stopped', isBilledForGpu: false }]);
  const guarded = async () => ((await call('instances.get', { id })).value as { item: FleetItem }).item;
  // The guard hears of the proof when it looks the next time.
  await until('the guard to know', async () => (await guarded()).guard.state === 'not_needed');
  expect(await guarded()).toMatchObject({ phase: 'stopped' });
}, 180_000);
