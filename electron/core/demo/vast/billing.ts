import type { Machine } from './machine.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Storage, dollars an hour: a month has 720 of them. */
export function storagePerHourUsd(machine: Machine): number {
  return (machine.hardware.storagePerGbMonthUsd * machine.diskGb) / 720;
}

/** The GPU while it is billed, dollars an hour. */
export function gpuPerHourUsd(machine: Machine): number {
  return machine.bidPerHourUsd ?? machine.hardware.gpuPerHourUsd;
}

/** What is billed now, dollars an hour. A host without its link bills nothing. */
export function billedNow(machine: Machine, isOffline: boolean): { readonly gpuUsd: number; readonly diskUsd: number } {
  if (isOffline) return { gpuUsd: 0, diskUsd: 0 };
  const holdsGpu =
    machine.actual === 'running' ||
    machine.actual === 'frozen' ||
    machine.actual === 'rebooting' ||
    machine.actual === 'recycling';
  return { gpuUsd: holdsGpu ? gpuPerHourUsd(machine) : 0, diskUsd: storagePerHourUsd(machine) };
}

/** What one machine cost on one day (UTC), by kind, in dollars. It stays when the machine is gone. */
export type DayCharge = {
  readonly machineId: number;
  readonly label: string | null;
  readonly dayMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly gpuUsd: number;
  readonly diskUsd: number;
  readonly downloadUsd: number;
  readonly uploadUsd: number;
};
export type Ledger = Map<string, DayCharge>;

export function totalOf(charge: DayCharge): number {
  return charge.gpuUsd + charge.diskUsd + charge.downloadUsd + charge.uploadUsd;
}

export function spentOn(ledger: Ledger, machineId: number): number {
  let sum = 0;
  for (const charge of ledger.values()) if (charge.machineId === machineId) sum += totalOf(charge);
  return sum;
}

function put(ledger: Ledger, machine: Machine, fromMs: number, toMs: number, add: Partial<DayCharge>): number {
  const day = Math.floor(fromMs / dayMs) * dayMs;
  const key = `${machine.id}:${day}`;
  const old = ledger.get(key);
  const next: DayCharge = {
    machineId: machine.id,
    label: machine.label,
    dayMs: day,
    startMs: old?.startMs ?? fromMs,
    endMs: Math.max(old?.endMs ?? toMs, toMs),
    gpuUsd: (old?.gpuUsd ?? 0) + (add.gpuUsd ?? 0),
    diskUsd: (old?.diskUsd ?? 0) + (add.diskUsd ?? 0),
    downloadUsd: (old?.downloadUsd ?? 0) + (add.downloadUsd ?? 0),
    uploadUsd: (old?.uploadUsd ?? 0) + (add.uploadUsd ?? 0),
  };
  ledger.set(key, next);
  return totalOf(next) - (old === undefined ? 0 : totalOf(old));
}

/** Writes what a machine cost between two moments, a line for each day. @returns dollars. */
export function accrue(ledger: Ledger, machine: Machine, isOffline: boolean, fromMs: number, toMs: number): number {
  const rate = billedNow(machine, isOffline);
  let sum = 0;
  for (let at = Math.max(fromMs, machine.createdAtMs); at < toMs;) {
    const end = Math.min(toMs, (Math.floor(at / dayMs) + 1) * dayMs);
    const hours = (end - at) / hourMs;
    sum += put(ledger, machine, at, end, { gpuUsd: rate.gpuUsd * hours, diskUsd: rate.diskUsd * hours });
    at = end;
  }
  return sum;
}

/** Writes the price of bytes that left the machine. @returns dollars. */
export function chargeEgress(ledger: Ledger, machine: Machine, sizeGb: number, nowMs: number): number {
  return put(ledger, machine, nowMs, nowMs, { uploadUsd: sizeGb * machine.hardware.uploadUsdPerGb });
}
