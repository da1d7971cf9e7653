import type { LaunchGuard } from '#shared/model/launch.ts';
import type { SshSight } from '#shared/model/ssh.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { Timer } from '../instances/timer.ts';
import type { LaunchGate } from './gates.ts';
import type { PresetDeps } from './presets.ts';

/** Knocks on a new machine until it answers; a machine that does not in time is an answer, not an error. */
export type WaitForSsh = (
  instanceId: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<Pick<SshSight, 'state' | 'because'>>;

/** Arms the room's guard on a machine as its launch says. @returns what is armed, in one sentence. */
export type ArmGuard = (instanceId: string, guard: LaunchGuard) => Promise<string>;

export type LaunchDeps = PresetDeps & {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly workspaceId: string;
  /** Holds `lease.sh`. */
  readonly remoteFolder: string;
  readonly emit: EmitEvent;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Paces reads and time-outs: faster than real time when the provider is. */
  readonly timer: Timer;
  readonly actorOf: (jobId: string) => Promise<string>;
  /** What other rooms ask of a launch, after the gates of this one. */
  readonly gates: readonly LaunchGate[];
  /** Null: nothing here can knock yet, and the launch says so. */
  readonly waitForSsh: WaitForSsh | null;
  /** Null: the settings are kept with the launch, and nothing here acts on them. */
  readonly armGuard: ArmGuard | null;
};
