import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import type { Notice } from '#core/ports.ts';
import type { MachineShell } from '#core/ssh/machine-shell.ts';
import type { FleetItem } from '#shared/model/fleet.ts';
import type { Job } from '#shared/model/job.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

/** Minutes pass in seconds, in the room's waits and at its provider. */
const speed = 20;
const longestWaitMs = 40_000;

export type GuardedRoom = {
  readonly vast: VastSimulator;
  readonly workspace: string;
  readonly notices: Notice[];
  /** What the log would tell about the guards. */
  readonly logged: string[];
  /** The clock of the room, ahead of the real one; the provider's clock goes with it. */
  readonly passMinutes: (minutes: number) => void;
  /** A room that stays open: its guard watches. */
  readonly openResident: (shell?: MachineShell) => Promise<TestCore>;
  readonly item: (core: TestCore, id: number) => Promise<FleetItem>;
  readonly until: (what: string, isSo: () => boolean | Promise<boolean>) => Promise<void>;
  readonly stops: (id: number) => number;
  readonly guardJobs: (core: TestCore) => Promise<readonly Job[]>;
  readonly environment: Readonly<Record<string, string>>;
};

/** A workspace, a simulated provider, and rooms on both; ended with the test. */
export async function guardedRoom(): Promise<GuardedRoom> {
  const folder = temporaryFolder();
  const vast = await startVastSimulator({
    mode: 'cli-safe',
    fleet: 'empty',
    speed,
    apiKey: 'test-key',
    rateLimits: 'off',
  });
  const environment = {
    VAST_URL: vast.url,
    VAST_API_KEY: 'test-key',
    ROOM_VAST_SPEED: String(speed),
    ROOM_HOME: join(folder.path, 'home'),
  };
  const workspace = join(folder.path, 'workspace');
  const notices: Notice[] = [];
  const logged: string[] = [];
  let aheadMs = 0;
  const opened: TestCore[] = [];
  onTestFinished(async () => {
    for (const core of opened) await core.close();
    await vast.close();
    folder.remove();
  });
  const until: GuardedRoom['until'] = async (what, isSo) => {
    const giveUpAt = Date.now() + longestWaitMs;
    while (!(await isSo())) {
      if (Date.now() > giveUpAt) throw new Error(`Waited for ${what}. The log:\n${logged.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  return {
    vast,
    workspace,
    notices,
    logged,
    environment,
    until,
    passMinutes: (minutes) => {
      aheadMs += minutes * 60_000;
    },
    async openResident(shell) {
      const ports = sourcePorts({
        shell: 'browser',
        mayBrowseFolders: false,
        switchWorkspace: null,
        log: (entry) => logged.push(`${entry.area} ${entry.message}`),
        environment: { ...process.env, ...environment },
      });
      const core = await openTestCore(
        workspace,
        { ...ports, clock: { now: () => Date.now() + aheadMs }, notify: (notice) => notices.push(notice) > 0 },
        { role: 'resident', ...(shell === undefined ? {} : { machineShell: shell }) },
      );
      // A room that a test closed by itself is not closed again.
      let isOpen = true;
      const own: TestCore = {
        ...core,
        async close() {
          if (isOpen) await core.close();
          isOpen = false;
        },
      };
      opened.push(own);
      return own;
    },
    item: async (core, id) => (await core.call('instances.get', { id })).item,
    stops: (id) =>
      vast.control
        .requests()
        .filter(
          ({ method, path, body }) =>
            method === 'PUT' && path.includes(`/instances/${id}/`) && JSON.stringify(body).includes('stopped'),
        ).length,
    guardJobs: async (core) => (await core.call('jobs.list', {})).items.filter((job) => job.actor === 'guard'),
  };
}
