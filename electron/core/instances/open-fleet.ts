import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Log, Ports } from '../ports.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { readProvider } from './provider.ts';
import { createTimer } from './timer.ts';
import { createVastClient } from './vast-client.ts';

/**
 * The fleet of a workspace, made when it is first asked for: a room whose environment names a wrong
 * address still opens. The function throws RoomError invalid_input for such an address.
 */
export function openFleet(deps: {
  readonly ports: Ports;
  readonly database: Database;
  readonly workspace: Workspace;
  readonly emit: EmitEvent;
  readonly log: Log;
}): () => Fleet {
  const { ports, database, workspace, emit, log } = deps;
  let fleet: Fleet | null = null;
  return () => {
    if (fleet !== null) return fleet;
    const { environment, secrets } = ports;
    const provider = readProvider({ environment, secrets, isDemo: workspace.isDemo });
    const timer = createTimer(ports.clock);
    fleet = createFleet({
      client: createVastClient(provider, timer),
      database,
      timer,
      emit,
      log,
      workspaceId: workspace.id,
    });
    return fleet;
  };
}
