import { z } from 'zod';
import { type Answer, ok, refuse } from '../answer.ts';
import { instanceKeyOf } from '../keys.ts';
import { rentOffer } from '../rent.ts';
import { type Call, readBody, type Route } from './route.ts';

const createSchema = z.looseObject({
  image: z.string().nullish(),
  template_hash_id: z.string().nullish(),
  disk: z.coerce.number().default(8),
  label: z.string().nullish(),
  onstart: z.string().nullish(),
  args_str: z.string().nullish(),
  runtype: z.string().nullish(),
  price: z.number().nullish(),
  target_state: z.enum(['running', 'stopped']).nullish(),
  cancel_unavail: z.boolean().nullish(),
});

/** What the body says about the environment: an object, never a line of docker flags. */
function readEnvironment(call: Call): Record<string, string> {
  const { env } = readBody(call, z.looseObject({ env: z.unknown() }));
  if (env === undefined || env === null) return {};
  if (typeof env !== 'object' || Array.isArray(env))
    throw refuse(400, 'invalid_args', 'error 400/3710: env must be a dict');
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

/** The stored spelling of a run type: `direc`, whichever of the two was sent. */
function storedRuntype(runtype: string | null | undefined): string {
  switch (runtype) {
    case null:
    case undefined:
    case '':
    case 'ssh':
      return 'ssh_proxy';
    case 'ssh_direct':
      return 'ssh_direc ssh_proxy';
    case 'jupyter_direct':
      return 'jupyter_direc ssh_direc ssh_proxy';
    default:
      return runtype;
  }
}

async function create(call: Call): Promise<Answer> {
  const { world, mode } = call;
  const offerId = Number(call.parts[0]);
  const body = readBody(call, createSchema);
  const env = readEnvironment(call);
  if (!body.image && !body.template_hash_id)
    throw refuse(400, 'invalid_args', 'error 400/3701: image or template_hash_id is required');
  if (body.disk < 8) throw refuse(400, 'invalid_args', 'error 400/3702: disk must be at least 8 GB');
  if ((body.label?.length ?? 0) > 256) throw refuse(400, 'label_too_long', 'error 400/3620: label is too long');
  if ((body.onstart?.length ?? 0) + (body.args_str?.length ?? 0) > 4096)
    throw refuse(400, 'invalid_args', 'error 400/3703: onstart and args are longer than 4096 characters');
  if (world.creditUsd <= 0) throw refuse(400, 'missing_billing', 'error 400/4004: Insufficient credit.');

  const offer = world.offers.get(offerId);
  const bid = body.price ?? null;
  const wanted = body.target_state ?? 'running';
  const isStrict = body.cancel_unavail ?? (bid === null && wanted === 'running');
  if (offer === undefined || world.faults.get('offer_gone') !== null) {
    if (isStrict) throw refuse(410, 'no_such_ask', `error 410/3720: no_such_ask Offer ${offerId} is not available.`);
    throw refuse(404, 'invalid_args', `error 404/3603: no_such_ask Instance type by id ${offerId} is not available.`);
  }
  const isTaken = offer.rentedBy !== null;
  if (isTaken && isStrict)
    throw refuse(410, 'no_such_ask', `error 410/3720: no_such_ask Offer ${offerId} is not available.`);
  if (bid !== null && (bid < 0.001 || bid > 32 * offer.hardware.gpuCount))
    throw refuse(400, 'invalid_price', 'error 400/3641: the price must be from 0.001 to 32 for each GPU');
  if (body.disk > offer.hardware.diskGb)
    throw refuse(400, 'invalid_args', `error 400/3704: the host has ${offer.hardware.diskGb} GB only`);

  const runtype = storedRuntype(body.runtype);
  // A bid that is too low makes a machine all the same: one that is stopped, and costs its storage.
  const isTooLow = bid !== null && bid < offer.hardware.minBidPerHourUsd;
  const machine = rentOffer(world, offerId, {
    wanted,
    isReadableAtOnce: mode === 'cli-safe',
    label: body.label || null,
    image: body.image || 'vastai/pytorch:latest',
    diskGb: body.disk,
    onstart: body.onstart ?? null,
    env,
    runtype,
    log: world.rented.log ?? '',
    bidPerHourUsd: bid,
    rivalBidUsd: isTooLow ? offer.hardware.minBidPerHourUsd : null,
    gpuTaken: isTaken,
  });
  world.machineKeys.set(machine.id, [...world.accountKeys.values()]);
  await call.ssh.open(machine.id, world.rented.ssh);
  return {
    ...ok({ new_contract: machine.id, instance_api_key: instanceKeyOf(machine.id) }),
    operation: 'create',
  };
}

export const createRoutes: readonly Route[] = [
  { method: 'PUT', path: /^\/api\/v0\/asks\/(\d+)$/, pace: 'create', right: 'write', handle: create },
];
