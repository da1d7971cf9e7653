import { RoomError } from '#shared/errors.ts';
import type { Timer } from '../instances/timer.ts';
import type { Connection } from './connection.ts';
import { Lane } from './lane.ts';
import type { MachineShell, SshTarget } from './machine-shell.ts';
import { collect, follow } from './run-command.ts';

export type ShellPool = MachineShell & {
  /** The kept connection to a machine, made anew where there is none. @throws RoomError as `MachineShell`. */
  connected(target: SshTarget, signal?: AbortSignal): Promise<Connection>;
  /** Closes the connections to a machine, or to all: what was accepted or set meanwhile counts from the next call. */
  reset(instanceId?: string): void;
  close(): void;
};

const idleMs = 300_000;

/** One lane for each machine, made when it is first talked to. */
export function createShellPool(deps: {
  readonly signIn: (target: SshTarget, signal: AbortSignal) => Promise<Connection>;
  readonly timer: Timer;
}): ShellPool {
  const lanes = new Map<string, { readonly instanceId: string; readonly lane: Lane }>();
  let isClosed = false;
  const laneOf = (target: SshTarget): Lane => {
    if (isClosed) throw new RoomError('interrupted', 'The room is closing.');
    const key = JSON.stringify(target);
    const known = lanes.get(key);
    if (known !== undefined) return known.lane;
    const lane = new Lane({ connect: (signal) => deps.signIn(target, signal), timer: deps.timer, idleMs });
    lanes.set(key, { instanceId: target.instanceId, lane });
    return lane;
  };

  return {
    async exec(target, command, options = {}) {
      return collect(await laneOf(target).open(command, options.signal), options);
    },
    async open(target, command, { signal } = {}) {
      return follow(await laneOf(target).open(command, signal), signal);
    },
    connected: async (target, signal) => laneOf(target).connected(signal),
    reset(instanceId) {
      for (const each of lanes.values())
        if (instanceId === undefined || each.instanceId === instanceId) each.lane.reset();
    },
    close() {
      isClosed = true;
      for (const { lane } of lanes.values()) lane.close();
      lanes.clear();
    },
  };
}
