import { join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { Database } from './db/database.ts';
import type { DemoProvider } from './demo/open-demo-provider.ts';
import { seedDemoFleet } from './demo/seed-fleet.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Events } from './events.ts';
import type { MachineHands } from './guards/machine-hands.ts';
import { startWatch, type Watch } from './guards/watch.ts';
import type { OpenFleet } from './instances/open-fleet.ts';
import { createTimer } from './instances/timer.ts';
import type { Jobs } from './jobs/service.ts';
import type { Ports } from './ports.ts';
import { startAutoCheck } from './review/auto-check.ts';
import type { ScheduleDeps } from './schedule/deps.ts';
import { startScheduleLoop } from './schedule/schedule-loop.ts';
import type { Ssh } from './ssh/open-ssh.ts';
import { startMachineWatch } from './ssh/watch-machines.ts';
import type { ToolFinder } from './tools/find-tool.ts';
import type { Workspace } from './workspace/workspace.ts';

/** What a room does without being asked. */
export type OwnWork = {
  /** One look of the guard at once. Never rejects. */
  readonly lookNow: () => Promise<void>;
  /** The demo's machines are there; at once where there is no demo. */
  readonly seeded: Promise<void>;
  /** Ends all of it, and the connections that it waits on. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts what an open room does by itself: the guard, the look after machines, the schedule, the check of new clips,
 * and in a demo workspace its seeds. An errand does none of it but waits for the demo's machines, so that a
 * command's answer does not depend on how far the seeds got.
 */
export async function startOwnWork(deps: {
  readonly ports: Ports;
  readonly workspace: Workspace;
  readonly role: 'resident' | 'errand';
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly simulated: DemoProvider | null;
  readonly openFleet: OpenFleet;
  readonly hands: MachineHands;
  readonly ssh: Ssh;
  readonly scheduleDeps: ScheduleDeps;
  readonly tools: () => ToolFinder;
}): Promise<OwnWork> {
  const { ports, workspace, database, dispatcher, events, jobs, simulated, openFleet: open, ssh } = deps;
  const { clock, log } = ports;
  const fleetSeeded =
    simulated === null
      ? Promise.resolve()
      : seedDemoFleet({ database, dispatcher, log, provider: simulated, now: clock.now });
  if (deps.role === 'errand') {
    await fleetSeeded;
    return {
      lookNow: () => Promise.resolve(),
      seeded: fleetSeeded,
      stop() {
        ssh.close();
        return Promise.resolve();
      },
    };
  }

  seedDemoRuns()
    .then(refreshPresence)
    // Closed again at once, or the disk failed: the places are looked at anew with the next import or start.
    .catch((error: unknown) => log({ level: 'warn', area: 'runs', message: toErrorPayload(error).message }));
  let watch: Watch | null = null;
  let isStopping = false;
  const watchNow = (): void => {
    if (isStopping) return;
    watch = startWatch({
      open,
      ports,
      database,
      jobs,
      emit: events.emit,
      call: (...it) => dispatcher.dispatch(...it),
      hands: deps.hands,
    });
  };
  // The guard acts on what is armed: of the demo that is known once it is seeded.
  if (simulated === null) watchNow();
  const watching = simulated === null ? fleetSeeded : fleetSeeded.then(watchNow);

  // Simulated machines have nobody behind their doors, and no files to copy.
  const sshWatch =
    simulated === null
      ? startMachineWatch({
          open,
          database,
          workspaceId: workspace.id,
          probe: (id, signal) => ssh.probe(id, signal),
          timer: createTimer(clock),
          log,
        })
      : null;
  const scheduleLoop =
    simulated === null ? startScheduleLoop({ ...deps.scheduleDeps, timer: createTimer(clock), log }) : null;
  const autoCheck = startAutoCheck({ database, dispatcher, events, jobs, tools: deps.tools, log });

  /** The demo runs are read when the demo workspace opens: at the first start, and after the room was moved. */
  async function seedDemoRuns(): Promise<void> {
    if (!workspace.isDemo || ports.demoFolder === null) return;
    await dispatcher.dispatch(
      'runs.import',
      { path: join(ports.demoFolder, 'vast') },
      { actor: 'schedule', name: 'the room' },
    );
  }

  async function refreshPresence(): Promise<void> {
    const changed = await database.write('runs.refreshPresence', { demoFolder: ports.demoFolder });
    if (changed.length > 0) events.emit({ name: 'runs.changed', payload: { runIds: changed.slice(0, 100) } });
  }

  return {
    lookNow: async () => watch?.look(),
    seeded: watching,
    async stop() {
      isStopping = true;
      autoCheck.stop();
      await scheduleLoop?.stop();
      const stopping = Promise.all([watch?.stop(), sshWatch?.stop()]);
      ssh.close();
      await stopping;
    },
  };
}
