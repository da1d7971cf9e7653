import { z } from 'zod';
import { type Answer, ok, Refusal, refuse } from '../answer.ts';
import { machineChangeSchema, machineSpecSchema, type VastControl } from '../control.ts';
import { type VastFaultName, vastFaultSchema } from '../faults.ts';
import type { World } from '../world.ts';

const clockSchema = z.strictObject({
  speed: z.number().positive().max(1e6).optional(),
  advanceSeconds: z.number().nonnegative().optional(),
});
const fleetSchema = z.strictObject({ fleet: z.enum(['demo', 'empty']).default('demo') });
const creditSchema = z.strictObject({ usd: z.number() });
const faultNames = new Set<string>(vastFaultSchema.options.map((option) => option.shape.name.value));

function isFaultName(name: string | undefined): name is VastFaultName {
  return name !== undefined && faultNames.has(name);
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw refuse(400, 'invalid_args', z.prettifyError(parsed.error));
}

/**
 * `/__control/` over HTTP: `GET /__control` (state), `PUT|DELETE faults`, `DELETE faults/<name>`,
 * `GET|DELETE requests`, `PUT clock`, `PUT credit`, `POST reset`, `POST instances`, `PUT|DELETE instances/<id>`.
 */
export async function answerControl(
  world: World,
  control: VastControl,
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const [noun, name] = path.split('/').slice(2);
  const id = Number(name);
  const state = (): Answer =>
    ok({
      simulatedAt: new Date(world.atMs).toISOString(),
      speed: world.clock.speed(),
      creditUsd: world.creditUsd,
      faults: world.faults.list(),
      machines: control.machines(),
    });
  try {
    switch (`${method} ${noun ?? ''}`) {
      case 'GET ':
        return state();
      case 'PUT faults':
        control.setFault(read(vastFaultSchema, body));
        return state();
      case 'DELETE faults':
        if (name !== undefined && !isFaultName(name)) throw refuse(404, 'not_found', `There is no fault ${name}.`);
        control.clearFaults(name);
        return state();
      case 'GET requests':
        return ok({ requests: control.requests() });
      case 'DELETE requests':
        control.clearRequests();
        return ok();
      case 'PUT clock': {
        const { speed, advanceSeconds } = read(clockSchema, body);
        if (speed !== undefined) control.setSpeed(speed);
        if (advanceSeconds !== undefined) control.advance(advanceSeconds);
        return state();
      }
      case 'PUT credit':
        control.setCredit(read(creditSchema, body).usd);
        return state();
      case 'POST reset':
        await control.reset(read(fleetSchema, body).fleet);
        return state();
      case 'POST instances':
        return ok({ id: await control.addMachine(read(machineSpecSchema, body)) });
      case 'PUT instances':
        control.changeMachine(id, read(machineChangeSchema, body));
        return state();
      case 'DELETE instances':
        control.destroyElsewhere(id);
        return state();
      default:
        throw refuse(404, 'not_found', `There is no ${method} ${path}.`);
    }
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown;
    throw refuse(400, 'invalid_args', thrown instanceof Error ? thrown.message : String(thrown));
  }
}
