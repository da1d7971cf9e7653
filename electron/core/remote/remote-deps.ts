import type { MachineChecks } from '#shared/model/machine-checks.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { MachineShell } from '../ssh/machine-shell.ts';
import type { IncidentDeps } from '../incidents/load-incidents.ts';
import type { GuardedDeps } from './guarded-step.ts';
import type { LaunchHistory } from './launch-history.ts';

/** What the work on a machine around a run needs. */
export type RemoteDeps = GuardedDeps & {
  readonly shell: MachineShell;
  readonly remoteFolder: string;
  readonly secrets: SecretStore;
  readonly checks: () => MachineChecks;
  readonly incidents: IncidentDeps;
  /** What earlier runs and studies say about what a configuration asks for. */
  readonly history: LaunchHistory;
  /** Who asked for a job. */
  readonly actorOf: (jobId: string) => Promise<string>;
  /** Copies a machine now, when it is copied by itself; never fails. */
  readonly syncNow: (instanceId: string) => void;
};

/** Values of secrets by their names, without those that are not set. They go to the machine on standard input. */
export async function secretsFor(deps: RemoteDeps, names: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = await deps.secrets.get(name);
    if (value !== null) found[name] = value;
  }
  return found;
}
