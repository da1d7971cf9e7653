import type { MachineSpec } from './control.ts';
import { hardwareOf, type Hardware } from './hardware.ts';
import { begin, delays, type Machine } from './machine.ts';
import { newId, type World } from './world.ts';

/** What every new contract begins with; nothing has happened on it. */
export function newMachine(
  world: World,
  id: number,
  hardware: Hardware,
  told: Partial<Machine> & { readonly createdAtMs?: number },
): Machine {
  const createdAtMs = told.createdAtMs ?? world.atMs;
  return {
    id,
    offerId: null,
    hardware,
    label: null,
    image: 'pytorch/pytorch:2.7.1-cuda12.8-cudnn9-devel',
    diskGb: 120,
    diskUsedGb: 0,
    onstart: null,
    env: {},
    runtype: 'ssh_direc ssh_proxy',
    bidPerHourUsd: null,
    rivalBidUsd: null,
    rivalLeavesAtMs: null,
    outbidLooks: 'scheduling',
    gpuTaken: false,
    intended: 'running',
    actual: null,
    current: 'running',
    next: 'running',
    statusMessage: null,
    createdAtMs,
    readableAtMs: createdAtMs,
    endsAtMs: createdAtMs + hardware.maxDurationSeconds * 1000,
    containerUpAtMs: null,
    startCount: 0,
    due: null,
    gpuUtilPercent: 0,
    isLively: false,
    log: '',
    ...told,
  };
}

/** Rents an offer now: the row can be read a little later, and the first report comes after that. */
export function rentOffer(
  world: World,
  offerId: number,
  told: Partial<Machine> & { readonly wanted: 'running' | 'stopped'; readonly isReadableAtOnce: boolean },
): Machine {
  const offer = world.offers.get(offerId)!;
  const id = newId(world);
  const { wanted, isReadableAtOnce, ...rest } = told;
  const readableAtMs = world.atMs + (isReadableAtOnce ? 0 : delays.readable * 1000);
  const machine = begin(newMachine(world, id, offer.hardware, { ...rest, offerId, readableAtMs }), world.atMs, wanted);
  world.machines.set(id, machine);
  if (offer.rentedBy === null) world.offers.set(offerId, { ...offer, rentedBy: id });
  return machine;
}

type Status = NonNullable<MachineSpec['status']>;

/** The fields of a machine that has come to this state; `atMs`: since when its container is up. */
function inState(status: Status, atMs: number, spec: MachineSpec, bid: number | null): Partial<Machine> {
  const exited = { actual: 'exited', current: 'stopped', next: 'stopped', due: null } as const;
  const up = { actual: 'running', containerUpAtMs: atMs, startCount: 1, due: null } as const;
  const soon = (step: 'report' | 'run', seconds: number): Machine['due'] => ({ step, atMs: atMs + seconds * 1000 });
  switch (status) {
    case 'creating':
      return { due: soon('report', delays.report) };
    case 'loading':
      return {
        actual: 'loading',
        statusMessage: 'Pulling: 4 of 11 layers',
        due: soon('run', spec.loadSeconds ?? delays.load),
      };
    case 'running':
    case 'offline':
      return { ...up, statusMessage: 'success, running' };
    case 'stopped':
      return { ...exited, intended: 'stopped' };
    case 'scheduling':
      return { ...exited, next: 'running', gpuTaken: true, due: { step: 'grant', atMs } };
    case 'outbid':
      return { ...exited, next: 'running', rivalBidUsd: (bid ?? 0.2) * 1.2 };
    case 'crashed':
      return { actual: 'exited', statusMessage: 'Exited (137)', due: null };
    case 'frozen':
      return { ...up, actual: 'frozen' };
  }
}

/** A machine as a test or the demo wants it, there since `ageSeconds`. */
export function machineFromSpec(world: World, spec: MachineSpec): Machine {
  const status = spec.status ?? 'running';
  const id = spec.id ?? newId(world);
  const bid = spec.bidPerHourUsd === undefined ? (status === 'outbid' ? 0.2 : null) : spec.bidPerHourUsd;
  const hardware = hardwareOf(id % 1000, {
    gpuName: spec.gpuName ?? 'RTX 4090',
    gpuCount: spec.gpuCount ?? 1,
    gpuRamMb: 24_564,
    gpuPerHourUsd: spec.gpuPerHourUsd ?? 0.4,
    minBidPerHourUsd: (spec.gpuPerHourUsd ?? 0.4) * 0.5,
    storagePerGbMonthUsd: spec.storagePerGbMonthUsd ?? 0.15,
    maxDurationSeconds: 60 * 86_400,
    verification: 'verified',
    directPortCount: 199,
  });
  return newMachine(world, id, hardware, {
    label: spec.label ?? null,
    diskGb: spec.diskGb ?? 120,
    diskUsedGb: spec.diskUsedGb ?? 38.5,
    bidPerHourUsd: bid,
    runtype: spec.runtype ?? 'ssh_direc ssh_proxy',
    gpuUtilPercent: spec.gpuUtilPercent === undefined ? 96 : spec.gpuUtilPercent,
    isLively: spec.isLively ?? false,
    createdAtMs: world.atMs - (spec.ageSeconds ?? 0) * 1000,
    ...inState(status, world.atMs, spec, bid),
  });
}
