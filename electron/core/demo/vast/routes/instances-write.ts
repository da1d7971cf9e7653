import { z } from 'zod';
import { type Answer, noSuchInstance, ok, refuse } from '../answer.ts';
import { changeBid, destroy, type Machine, restart, start, stop } from '../machine.ts';
import { type Call, machineOf, readBody, type Route } from './route.ts';

const idsSchema = z.array(z.coerce.number().int()).min(1);

function put({ world }: Call, machine: Machine): void {
  world.machines.set(machine.id, machine);
}

/** @throws a refusal when it may not be started: no credit, or its contract is over. */
function changeState(call: Call, machine: Machine, state: 'running' | 'stopped'): void {
  const { world } = call;
  if (state === 'stopped') {
    put(call, stop(machine, world.atMs));
    return;
  }
  if (world.creditUsd <= 0) throw refuse(400, 'missing_billing', 'error 400/4004: Insufficient credit.');
  if (machine.endsAtMs <= world.atMs)
    throw refuse(400, 'invalid_request', 'error 400/3610: the rental contract has ended; the instance cannot start.');
  put(call, start(machine, world.atMs));
}

function change(call: Call): Answer {
  const machine = machineOf(call);
  const body = readBody(
    call,
    z.union([z.object({ state: z.enum(['running', 'stopped']) }), z.object({ label: z.string().nullable() })]),
  );
  if ('state' in body) {
    changeState(call, machine, body.state);
    return { ...ok(), operation: body.state === 'running' ? 'start' : 'stop' };
  }
  if ((body.label?.length ?? 0) > 1024) throw refuse(400, 'label_too_long', 'error 400/3620: label is too long');
  put(call, { ...machine, label: body.label === '' ? null : body.label });
  return { ...ok(), operation: 'label' };
}

/** The machines of a list; one that is not there refuses all of it, before anything is done. */
function machinesOf(call: Call, ids: readonly number[]): Machine[] {
  return ids.map((id) => {
    const machine = call.world.machines.get(id);
    if (machine === undefined || machine.readableAtMs > call.world.atMs) throw noSuchInstance(id);
    return machine;
  });
}

function destroyAll(call: Call, machines: readonly Machine[]): Answer {
  for (const machine of machines) if (machine.intended !== 'destroyed') put(call, destroy(machine, call.world.atMs));
  return { ...ok(), operation: 'destroy' };
}

export const instanceWrites: readonly Route[] = [
  {
    method: 'PUT',
    path: /^\/api\/v0\/instances\/(\d+)$/,
    pace: 'change',
    right: 'write',
    forOwnKey: true,
    handle: change,
  },
  {
    method: 'PUT',
    path: /^\/api\/v0\/instances$/,
    pace: 'change',
    right: 'write',
    handle: (call) => {
      const { state, ids } = readBody(call, z.object({ state: z.enum(['running', 'stopped']), ids: idsSchema }));
      for (const machine of machinesOf(call, ids)) changeState(call, machine, state);
      return { ...ok(), operation: state === 'running' ? 'start' : 'stop' };
    },
  },
  ...(['reboot', 'recycle'] as const).map((how): Route => ({
    method: 'PUT',
    path: new RegExp(`^/api/v0/instances/${how}/(\\d+)$`),
    pace: 'restart',
    right: 'write',
    handle: (call) => {
      const machine = machineOf(call);
      if (machine.actual !== 'running')
        throw refuse(400, 'invalid_request', 'error 400/3630: the instance is not running.');
      put(call, restart(machine, call.world.atMs, how));
      return ok();
    },
  })),
  {
    method: 'DELETE',
    path: /^\/api\/v0\/instances\/(\d+)$/,
    pace: 'destroy',
    right: 'write',
    forOwnKey: true,
    handle: (call) => destroyAll(call, [machineOf(call)]),
  },
  {
    method: 'DELETE',
    path: /^\/api\/v0\/instances$/,
    pace: 'destroy',
    right: 'write',
    // What is gone already is no fault: the command line sends the same list six times.
    handle: (call) => {
      const { instance_ids: ids } = readBody(call, z.object({ instance_ids: idsSchema }));
      return destroyAll(
        call,
        ids.map((id) => call.world.machines.get(id)).filter((machine) => machine !== undefined),
      );
    },
  },
  {
    method: 'PUT',
    path: /^\/api\/v0\/instances\/bid_price\/(\d+)$/,
    pace: 'bid',
    right: 'write',
    handle: (call) => {
      const machine = machineOf(call);
      const { price } = readBody(call, z.object({ price: z.number().nullable().default(null) }));
      if (machine.bidPerHourUsd === null)
        throw refuse(400, 'invalid_request', 'error 400/3640: the instance was not rented by a bid.');
      if (price !== null && (price < 0.001 || price > 32 * machine.hardware.gpuCount))
        throw refuse(400, 'invalid_price', 'error 400/3641: the price must be from 0.001 to 32 for each GPU');
      put(call, changeBid(machine, price, call.world.atMs));
      return { ...ok(), operation: 'bid' };
    },
  },
];
