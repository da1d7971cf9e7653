import { accrue, billedNow, type Ledger } from './billing.ts';
import type { SimulatedClock } from './clock.ts';
import type { MachineSpec } from './control.ts';
import { createFaultBoard, type FaultBoard } from './faults.ts';
import { createOffers, type Offer } from './hardware.ts';
import { type Machine, isOutbid, resume, stop, takeStep } from './machine.ts';

/** `faithful`: what the service does. `cli-safe`: without what its own command line falls over. */
export type VastMode = 'faithful' | 'cli-safe';

export type SshKey = { readonly id: number; readonly publicKey: string; readonly createdAtMs: number };
export type ResultObject = { readonly text: string; readonly readyAtMs: number };

/** The whole account and its market. The functions below move it; nothing in here knows of HTTP. */
export type World = {
  readonly clock: SimulatedClock;
  /** What every machine that is rented here has: where SSH to it leads, and what its container wrote. */
  readonly rented: { readonly ssh?: MachineSpec['ssh']; readonly log?: string };
  readonly faults: FaultBoard;
  readonly machines: Map<number, Machine>;
  readonly offers: Map<number, Offer>;
  readonly ledger: Ledger;
  readonly accountKeys: Map<number, SshKey>;
  /** Keys attached to one machine. */
  readonly machineKeys: Map<number, readonly SshKey[]>;
  /** What request_logs and command wrote to object storage, by its name there. */
  readonly results: Map<string, ResultObject>;
  readonly openedAtMs: number;
  /** Simulated time up to which everything has happened. */
  atMs: number;
  creditUsd: number;
  readonly depositedUsd: number;
  nextId: number;
};

export const firstCreditUsd = 100;

export function createWorld(clock: SimulatedClock, rented: World['rented'] = {}): World {
  return {
    clock,
    rented,
    faults: createFaultBoard(),
    machines: new Map(),
    offers: new Map(createOffers().map((offer) => [offer.id, offer])),
    ledger: new Map(),
    accountKeys: new Map(),
    machineKeys: new Map(),
    results: new Map(),
    openedAtMs: clock.nowMs(),
    atMs: clock.nowMs(),
    creditUsd: firstCreditUsd,
    depositedUsd: firstCreditUsd,
    nextId: 33_400_000,
  };
}

export function newId(world: World): number {
  world.nextId += 17;
  return world.nextId;
}

export function isOffline(world: World, machine: Machine): boolean {
  return world.faults.holds('host_offline', machine.id);
}

/** Is what was due held up for as long as something else lasts? */
function isHeld(world: World, machine: Machine): boolean {
  const { faults } = world;
  switch (machine.due?.step) {
    case undefined:
      return true;
    case 'run':
      return (
        isOffline(world, machine) || (machine.actual === 'loading' && faults.holds('stuck_in_loading', machine.id))
      );
    case 'grant':
      return (
        isOffline(world, machine) || machine.gpuTaken || isOutbid(machine) || faults.holds('gpu_taken', machine.id)
      );
    case 'exit':
      return isOffline(world, machine) || faults.holds('stop_ignored', machine.id);
    case 'remove':
      return faults.holds('destroy_ignored', machine.id);
    case 'report':
    case 'pull':
      return isOffline(world, machine);
  }
}

/** Everything that is due by the clock happens, in its order, and what it cost until then is written. */
export function advanceWorld(world: World): void {
  const toMs = Math.max(world.atMs, world.clock.nowMs());
  for (;;) {
    const [atMs, happen] = nextEvent(world, toMs);
    spend(world, atMs);
    if (happen === null) return;
    happen();
  }
}

type WorldEvent = readonly [atMs: number, happen: (() => void) | null];

function nextEvent(world: World, toMs: number): WorldEvent {
  let next: WorldEvent = [toMs, null];
  const offer = (atMs: number, happen: () => void): void => {
    const when = Math.max(atMs, world.atMs);
    if (when < next[0] || (when === next[0] && next[1] === null)) next = [when, happen];
  };
  for (const machine of world.machines.values()) {
    const { due } = machine;
    if (due !== null && due.atMs <= toMs && !isHeld(world, machine))
      offer(due.atMs, () => move(world, machine, due.atMs));
    const { rivalLeavesAtMs: leavesAtMs } = machine;
    if (leavesAtMs !== null && leavesAtMs <= toMs)
      offer(leavesAtMs, () => void world.machines.set(machine.id, resume(machine, leavesAtMs)));
    if (machine.endsAtMs <= toMs && machine.intended === 'running')
      offer(machine.endsAtMs, () => void world.machines.set(machine.id, stop(machine, machine.endsAtMs)));
  }
  const emptyAtMs = creditEndMs(world);
  if (emptyAtMs !== null && emptyAtMs <= toMs) offer(emptyAtMs, () => stopForCredit(world));
  return next;
}

function move(world: World, machine: Machine, dueAtMs: number): void {
  // What was held up happens when it is let go, not when it should have.
  const next = takeStep(machine, Math.max(dueAtMs, world.atMs));
  if (next === null) removeMachine(world, machine.id);
  else world.machines.set(machine.id, next);
}

/** The row is gone, and its hardware is on the market again under another number. */
export function removeMachine(world: World, id: number): void {
  const machine = world.machines.get(id);
  world.machines.delete(id);
  world.machineKeys.delete(id);
  if (machine?.offerId == null) return;
  const offer = world.offers.get(machine.offerId);
  world.offers.delete(machine.offerId);
  if (offer === undefined) return;
  const offerId = newId(world);
  world.offers.set(offerId, { ...offer, id: offerId, rentedBy: null });
}

function spend(world: World, toMs: number): void {
  for (const machine of world.machines.values()) {
    world.creditUsd -= accrue(world.ledger, machine, isOffline(world, machine), world.atMs, toMs);
  }
  world.atMs = toMs;
}

const mayRun = (machine: Machine): boolean => machine.intended === 'running';

/** When the credit ends at the present rates; null when it does not, or when nothing is left to stop. */
function creditEndMs(world: World): number | null {
  if (![...world.machines.values()].some(mayRun)) return null;
  if (world.creditUsd <= 0) return world.atMs;
  let perHourUsd = 0;
  for (const machine of world.machines.values()) {
    const rate = billedNow(machine, isOffline(world, machine));
    perHourUsd += rate.gpuUsd + rate.diskUsd;
  }
  return perHourUsd === 0 ? null : world.atMs + Math.ceil((world.creditUsd / perHourUsd) * 3_600_000);
}

/** Without credit everything is stopped; storage goes on, into the red. */
export function stopForCredit(world: World): void {
  for (const machine of world.machines.values()) {
    if (mayRun(machine)) world.machines.set(machine.id, stop(machine, world.atMs));
  }
}

/** Keeps a text in object storage for one download a little later. @returns its name there. */
export function keepResult(world: World, text: string): string {
  const name = `result-${newId(world)}-${Math.random().toString(36).slice(2, 12)}`;
  world.results.set(name, { text, readyAtMs: world.atMs + 1500 });
  return name;
}
