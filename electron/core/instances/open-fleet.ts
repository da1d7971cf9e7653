import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Jobs } from '../jobs/service.ts';
import { settleLaunches } from '../launch/settle-launches.ts';
import type { Ports } from '../ports.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { readProvider, type SimulatedProvider } from './provider.ts';
import { settleCommands } from './settle.ts';
import { createTimer, type Timer } from './timer.ts';
import { createVastClient } from './vast-client.ts';

type Opened = {
  readonly fleet: Fleet;
  readonly timer: Timer;
  /** For waits of actions and polls: faster than real time when the provider is. */
  readonly actionTimer: Timer;
};
/** @throws RoomError invalid_input when the environment names an address that may not be asked. */
export type OpenFleet = () => Opened;

/**
 * The fleet of a workspace, made when it is first asked for: a room whose environment names a wrong
 * address still opens.
 */
export function createFleetOpener(deps: {
  readonly ports: Ports;
  readonly database: Database;
  readonly workspace: Workspace;
  readonly jobs: Jobs;
  readonly emit: EmitEvent;
  /** The provider of a demo; null when the environment says who is asked. */
  readonly simulated: SimulatedProvider | null;
}): OpenFleet {
  const { ports, database, workspace, jobs, emit, simulated } = deps;
  let opened: Opened | null = null;
  return () => {
    if (opened !== null) return opened;
    const { environment, secrets } = ports;
    const provider = readProvider({ environment, secrets, isDemo: workspace.isDemo, simulated });
    const timer = createTimer(ports.clock);
    const client = createVastClient(provider, timer);
    const fleet = createFleet({ client, provider, database, timer, emit, workspaceId: workspace.id });
    fleet.onRefreshed(async () => {
      await settleLaunches({ database, jobs, now: timer.now, emit });
      await settleCommands({ database, jobs, timer });
    });
    opened = { fleet, timer, actionTimer: createTimer(ports.clock, provider.speed) };
    return opened;
  };
}
