import type { MachineShell } from '../ssh/machine-shell.ts';
import type { Quiesce } from '../instances/action.ts';
import { createLeaseShell, type LeaseShell } from './lease-shell.ts';
import { createQuiesce } from './quiesce.ts';
import { createShutdownEnv, type ShutdownEnv } from './shutdown-env.ts';

/** What the guards do on a machine itself, over SSH. */
export type MachineHands = {
  readonly shell: MachineShell;
  readonly remoteFolder: string;
  readonly lease: LeaseShell;
  readonly env: ShutdownEnv;
  readonly quiesce: Quiesce;
};

export function createMachineHands(shell: MachineShell, remoteFolder: string): MachineHands {
  const deps = { shell, remoteFolder };
  return { ...deps, lease: createLeaseShell(deps), env: createShutdownEnv(deps), quiesce: createQuiesce(deps) };
}
