import type { Database } from '../db/database.ts';
import type { Ports } from '../ports.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { readSpeed, type SimulatedProvider } from '../instances/provider.ts';
import { startVastSimulator } from './vast/simulator.ts';

export type DemoProvider = SimulatedProvider & {
  /** Utilisation, per cent, that a machine had so many seconds ago. */
  readonly pastLoad: (id: string, secondsAgo: number) => number | null;
  readonly close: () => Promise<void>;
};

/** What is left of the demo account, in dollars: two days at what the fleet costs when it opens. */
const creditUsd = 212.4;

/**
 * The provider of a demo workspace: simulated in this process, on a free port of this computer, with a key
 * that opens nothing else. It begins anew with each start of the room.
 * @returns null for any other workspace, and where `VAST_URL` names a provider.
 */
export async function openDemoProvider(deps: {
  readonly ports: Ports;
  readonly database: Database;
  readonly workspace: Workspace;
}): Promise<DemoProvider | null> {
  const { environment, clock } = deps.ports;
  if (!deps.workspace.isDemo || (environment['VAST_URL'] ?? '').trim() !== '') return null;
  await deps.database.write('demo.startAnew', { at: new Date(clock.now()).toISOString() });
  const simulator = await startVastSimulator({ speed: readSpeed(environment), now: clock.now });
  simulator.control.setCredit(creditUsd);
  return {
    address: simulator.url,
    key: simulator.apiKey,
    pastLoad: (id, secondsAgo) => simulator.control.pastLoad(Number(id), secondsAgo),
    close: simulator.close,
  };
}
