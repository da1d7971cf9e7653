import { accrue, billedNow, chargeEgress, spentOn } from './billing.ts';
import type { MachineChange, MachineSpec, MachineTruth, VastControl } from './control.ts';
import { type VastFault, type VastFaultName, vastFaultSchema } from './faults.ts';
import { demoFleet } from './fleet.ts';
import { createOffers } from './hardware.ts';
import { gpuUtilAt } from './instance-row.ts';
import { crash, loseBid, type Machine, resume } from './machine.ts';
import { machineFromSpec } from './rent.ts';
import type { RequestLog } from './request-log.ts';
import type { SshPorts } from './ssh-ports.ts';
import { advanceWorld, firstCreditUsd, isOffline, removeMachine, stopForCredit, type World } from './world.ts';

/** What is known only by the machine's number, and the machine is not there. */
function mustBe(world: World, id: number): Machine {
  const machine = world.machines.get(id);
  if (machine === undefined) throw new Error(`There is no machine ${id}.`);
  return machine;
}

/** A fault that is an event, not only a state: it happens to the machines when it is set. */
function strike(world: World, fault: VastFault): void {
  const victims = [...world.machines.values()].filter(
    ({ id }) => !('instanceId' in fault) || fault.instanceId === undefined || fault.instanceId === id,
  );
  const change = (how: (machine: Machine) => Machine): void => {
    for (const machine of victims) world.machines.set(machine.id, how(machine));
  };
  switch (fault.name) {
    case 'outbid':
      change((machine) => loseBid(machine, fault.looks, null));
      return;
    case 'outbid_then_resumed':
      change((machine) => loseBid(machine, 'scheduling', world.atMs + fault.afterSeconds * 1000));
      return;
    case 'exited_while_running':
      change(crash);
      return;
    case 'credit_gone':
      world.creditUsd = Math.min(0, world.creditUsd);
      stopForCredit(world);
      return;
    default:
  }
}

/** What clearing a fault sets right. */
function heal(world: World, name: VastFaultName): void {
  if (name === 'credit_gone') world.creditUsd = firstCreditUsd;
  if (name !== 'outbid' && name !== 'outbid_then_resumed') return;
  for (const machine of world.machines.values()) world.machines.set(machine.id, resume(machine, world.atMs));
}

function truthOf(world: World, machine: Machine): MachineTruth {
  return {
    id: machine.id,
    label: machine.label,
    actualStatus: isOffline(world, machine) ? 'offline' : machine.actual,
    intendedStatus: machine.intended,
    isBilledForGpu: billedNow(machine, isOffline(world, machine)).gpuUsd > 0,
    spentUsd: spentOn(world.ledger, machine.id),
  };
}

/** The hand behind the curtain, over one world. */
export function createControl(world: World, ssh: SshPorts, log: RequestLog): VastControl {
  const addMachine = async (spec: MachineSpec = {}): Promise<number> => {
    advanceWorld(world);
    const machine = machineFromSpec(world, spec);
    await ssh.open(machine.id, spec.ssh);
    world.machines.set(machine.id, machine);
    // What it cost before anybody looked was paid out of credit that is not counted here.
    const ranUntilMs = Math.min(world.atMs, machine.createdAtMs + (spec.ranSeconds ?? 0) * 1000);
    accrue(world.ledger, { ...machine, actual: 'running' }, false, machine.createdAtMs, ranUntilMs);
    accrue(world.ledger, machine, false, ranUntilMs, world.atMs);
    if (spec.status === 'offline') world.faults.set({ name: 'host_offline', instanceId: machine.id });
    return machine.id;
  };
  const fill = async (fleet: 'demo' | 'empty'): Promise<void> => {
    if (fleet === 'demo') for (const spec of demoFleet) await addMachine(spec);
  };

  return {
    setFault: (input) => {
      const fault = vastFaultSchema.parse(input);
      advanceWorld(world);
      world.faults.set(fault);
      strike(world, fault);
    },
    clearFaults: (name) => {
      advanceWorld(world);
      const cleared = name === undefined ? world.faults.list().map((each) => each.name) : [name];
      for (const each of cleared) {
        if (world.faults.get(each) === null) continue;
        world.faults.clear(each);
        heal(world, each);
      }
    },
    setSpeed: (speed) => {
      advanceWorld(world);
      world.clock.setSpeed(speed);
    },
    advance: (seconds) => {
      world.clock.advance(seconds);
      advanceWorld(world);
    },
    requests: log.list,
    clearRequests: log.clear,
    machines: () => {
      advanceWorld(world);
      return [...world.machines.values()].map((machine) => truthOf(world, machine));
    },
    addMachine,
    changeMachine: (id, change: MachineChange) => {
      advanceWorld(world);
      const machine = mustBe(world, id);
      const { egressGb, ssh: targets, ...fields } = change;
      const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      world.machines.set(id, { ...machine, ...told });
      if (targets !== undefined) ssh.change(id, targets);
      if (egressGb !== undefined) world.creditUsd -= chargeEgress(world.ledger, machine, egressGb, world.atMs);
    },
    destroyElsewhere: (id) => {
      advanceWorld(world);
      removeMachine(world, mustBe(world, id).id);
    },
    pastLoad: (id, secondsAgo) => {
      advanceWorld(world);
      return gpuUtilAt(mustBe(world, id), world.atMs - secondsAgo * 1000);
    },
    setCredit: (usd) => {
      advanceWorld(world);
      world.creditUsd = usd;
    },
    reset: async (fleet = 'demo') => {
      advanceWorld(world);
      world.faults.clear();
      world.machines.clear();
      world.ledger.clear();
      world.machineKeys.clear();
      world.accountKeys.clear();
      world.results.clear();
      world.offers.clear();
      for (const offer of createOffers()) world.offers.set(offer.id, offer);
      world.creditUsd = firstCreditUsd;
      log.clear();
      ssh.closeAll();
      await fill(fleet);
    },
  };
}
