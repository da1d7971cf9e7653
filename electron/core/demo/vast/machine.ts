import type { Hardware } from './hardware.ts';

type ActualStatus = 'created' | 'loading' | 'running' | 'exited' | 'rebooting' | 'recycling' | 'frozen';

/** What happens next by itself, and when: simulated epoch milliseconds. */
export type DueStep = {
  readonly step: 'report' | 'pull' | 'grant' | 'run' | 'exit' | 'remove';
  readonly atMs: number;
};

/** One rented machine as it truly is. Times are simulated epoch milliseconds. */
export type Machine = {
  readonly id: number;
  readonly offerId: number | null;
  readonly hardware: Hardware;
  readonly label: string | null;
  readonly image: string;
  readonly diskGb: number;
  readonly diskUsedGb: number;
  readonly onstart: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly runtype: string;
  /** Dollars an hour; null: rented on demand. */
  readonly bidPerHourUsd: number | null;
  /** The bid it has to beat; null: nobody competes. */
  readonly rivalBidUsd: number | null;
  /** When that bid goes away by itself. */
  readonly rivalLeavesAtMs: number | null;
  /** An outbid machine may look as if it were waiting for its GPU, or as if it had been stopped. */
  readonly outbidLooks: 'scheduling' | 'stopped';
  /** Somebody else has its GPU. */
  readonly gpuTaken: boolean;
  readonly intended: 'running' | 'stopped' | 'destroyed';
  /** null until the host has reported. */
  readonly actual: ActualStatus | null;
  readonly current: 'running' | 'stopped';
  readonly next: 'running' | 'stopped';
  readonly statusMessage: string | null;
  readonly createdAtMs: number;
  readonly readableAtMs: number;
  readonly endsAtMs: number;
  readonly containerUpAtMs: number | null;
  /** How often a container came up: its ports change with it. */
  readonly startCount: number;
  readonly due: DueStep | null;
  readonly gpuUtilPercent: number | null;
  readonly isLively: boolean;
  readonly log: string;
};

/** Simulated seconds from one state to the next. */
export const delays = {
  readable: 1,
  report: 3,
  pull: 2,
  load: 70,
  grant: 4,
  start: 12,
  exit: 8,
  reboot: 20,
  recycle: 60,
  remove: 4,
} as const;

export function isOutbid(machine: Machine): boolean {
  return machine.bidPerHourUsd !== null && machine.rivalBidUsd !== null && machine.bidPerHourUsd < machine.rivalBidUsd;
}

function inSeconds(step: DueStep['step'], nowMs: number, seconds: number): DueStep {
  return { step, atMs: nowMs + seconds * 1000 };
}

/** The contract is signed; the host has not said anything yet. */
export function begin(machine: Machine, nowMs: number, wanted: 'running' | 'stopped'): Machine {
  return {
    ...machine,
    intended: wanted,
    actual: null,
    current: 'running',
    next: wanted,
    due: inSeconds('report', nowMs, delays.report),
  };
}

/** A start was asked for. Nothing changes for a machine that already runs or is on its way. */
export function start(machine: Machine, nowMs: number): Machine {
  if (machine.intended === 'destroyed') return machine;
  const wanted = { ...machine, intended: 'running', next: 'running' } as const;
  switch (machine.actual) {
    case 'exited':
      return { ...wanted, current: 'stopped', due: inSeconds('grant', nowMs, delays.grant) };
    case 'running':
    case 'frozen':
      // A stop that was on its way is taken back.
      return { ...wanted, actual: 'running', current: 'running', due: null };
    case null:
    case 'created':
    case 'loading':
    case 'rebooting':
    case 'recycling':
      return {
        ...wanted,
        current: 'running',
        due: machine.due?.step === 'exit' ? firstStep(machine, nowMs) : machine.due,
      };
  }
}

/** A stop was asked for: it is done a little later. The disk stays. */
export function stop(machine: Machine, nowMs: number): Machine {
  if (machine.intended === 'destroyed') return machine;
  const wanted = { ...machine, intended: 'stopped', next: 'stopped' } as const;
  if (machine.actual === 'exited') return { ...wanted, current: 'stopped', due: null };
  return { ...wanted, due: inSeconds('exit', nowMs, delays.exit) };
}

/** The GPU stays claimed; `recycle` throws the container's data away. */
export function restart(machine: Machine, nowMs: number, how: 'reboot' | 'recycle'): Machine {
  return {
    ...machine,
    actual: how === 'reboot' ? 'rebooting' : 'recycling',
    diskUsedGb: how === 'recycle' ? Math.min(machine.diskUsedGb, 2) : machine.diskUsedGb,
    containerUpAtMs: null,
    due: inSeconds('run', nowMs, delays[how]),
  };
}

export function destroy(machine: Machine, nowMs: number): Machine {
  return { ...machine, intended: 'destroyed', next: 'stopped', due: inSeconds('remove', nowMs, delays.remove) };
}

/** A higher bid takes the GPU at once. */
export function loseBid(machine: Machine, looks: Machine['outbidLooks'], leavesAtMs: number | null): Machine {
  if (machine.bidPerHourUsd === null || machine.intended !== 'running') return machine;
  return {
    ...machine,
    rivalBidUsd: Math.round(machine.bidPerHourUsd * 1.2 * 1e4) / 1e4,
    outbidLooks: looks,
    actual: 'exited',
    current: 'stopped',
    next: looks === 'scheduling' ? 'running' : 'stopped',
    containerUpAtMs: null,
    statusMessage: null,
    rivalLeavesAtMs: leavesAtMs,
    due: null,
  };
}

/** Another price. A bid that wins again brings the machine back by itself; null: the server picks one that wins. */
export function changeBid(machine: Machine, priceUsd: number | null, nowMs: number): Machine {
  const floor = machine.rivalBidUsd ?? machine.hardware.minBidPerHourUsd;
  const changed = { ...machine, bidPerHourUsd: priceUsd ?? Math.round(floor * 1.05 * 1e4) / 1e4 };
  return isOutbid(changed) ? changed : resume(changed, nowMs);
}

/** Nobody competes any more: a machine that is meant to run asks for its GPU again. */
export function resume(machine: Machine, nowMs: number): Machine {
  const free = { ...machine, rivalBidUsd: null, rivalLeavesAtMs: null };
  if (machine.rivalBidUsd === null || machine.intended !== 'running' || machine.actual !== 'exited') return free;
  return { ...free, next: 'running', due: inSeconds('grant', nowMs, delays.grant) };
}

/** The container dies; nobody asked for it, and nothing brings it back by itself. */
export function crash(machine: Machine): Machine {
  if (machine.actual !== 'running' || machine.intended !== 'running') return machine;
  return { ...machine, actual: 'exited', containerUpAtMs: null, statusMessage: 'Exited (137)', due: null };
}

/** What was due happens. @returns null when the machine is gone. */
export function takeStep(machine: Machine, nowMs: number): Machine | null {
  if (machine.due === null) return machine;
  switch (machine.due.step) {
    case 'report':
      if (machine.intended === 'stopped')
        return { ...machine, actual: 'exited', current: 'stopped', due: null, statusMessage: null };
      if (isOutbid(machine) || machine.gpuTaken)
        return {
          ...machine,
          actual: 'exited',
          current: 'stopped',
          due: machine.gpuTaken ? inSeconds('grant', nowMs, delays.grant) : null,
        };
      return { ...machine, actual: 'created', due: inSeconds('pull', nowMs, delays.pull) };
    case 'pull':
      return {
        ...machine,
        actual: 'loading',
        statusMessage: `Pulling ${machine.image}: 3 of 11 layers`,
        due: inSeconds('run', nowMs, delays.load),
      };
    case 'grant':
      return { ...machine, actual: 'loading', current: 'running', due: inSeconds('run', nowMs, delays.start) };
    case 'run':
      return {
        ...machine,
        actual: 'running',
        current: 'running',
        statusMessage: `success, running ${machine.image}_${machine.runtype.replaceAll(' ', '_')}`,
        containerUpAtMs: nowMs,
        startCount: machine.startCount + 1,
        diskUsedGb: Math.max(machine.diskUsedGb, Math.min(2, machine.diskGb)),
        due: null,
      };
    case 'exit':
      return {
        ...machine,
        actual: 'exited',
        current: 'stopped',
        containerUpAtMs: null,
        statusMessage: null,
        due: null,
      };
    case 'remove':
      return null;
  }
}

function firstStep(machine: Machine, nowMs: number): DueStep {
  switch (machine.actual) {
    case null:
      return inSeconds('report', nowMs, delays.report);
    case 'created':
      return inSeconds('pull', nowMs, delays.pull);
    default:
      return inSeconds('run', nowMs, delays.start);
  }
}
