import { z } from 'zod';

const times = z.number().int().positive();
const machine = z.number().int().positive();

/**
 * What can be made to go wrong. `count`: so many answers are spoiled, then the fault ends by itself; without
 * it, it lasts until it is cleared. `instanceId`: that machine only; without it, every one.
 */
export const vastFaultSchema = z.discriminatedUnion('name', [
  /** Every request is answered 429, in one of the three shapes in circulation. `path`: those whose path contains it. */
  z.strictObject({
    name: z.literal('rate_limit_storm'),
    body: z.enum(['text', 'detail', 'code']).default('text'),
    count: times.optional(),
    path: z.string().optional(),
  }),
  /** A page of HTML with this status. */
  z.strictObject({
    name: z.literal('server_error'),
    status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]).default(503),
    count: times.optional(),
    path: z.string().optional(),
  }),
  /** The connection is cut without an answer, and nothing is done. */
  z.strictObject({ name: z.literal('connection_cut'), count: times.optional(), path: z.string().optional() }),
  /** The request is read and never answered, and nothing is done. */
  z.strictObject({ name: z.literal('unanswered'), count: times.optional(), path: z.string().optional() }),
  /**
   * The operation takes effect, and its answer is lost: the connection is cut, hangs until the caller gives
   * up, or a gateway answers 504.
   */
  z.strictObject({
    name: z.literal('lost_answer'),
    operation: z.enum(['create', 'start', 'stop', 'destroy', 'label', 'bid']).default('create'),
    how: z.enum(['cut', 'hang', 'gateway_timeout']).default('cut'),
    count: times.optional(),
  }),
  /** A mutation is answered 200 with `success: false`, and nothing is done. */
  z.strictObject({ name: z.literal('refused_mutation'), count: times.optional() }),
  /** The list of instances is answered 410 `deprecated_endpoint`: the v0 one, or both. */
  z.strictObject({ name: z.literal('retired_endpoint'), versions: z.enum(['v0', 'both']).default('both') }),
  /**
   * The list of instances is not whole: the JSON ends in the middle, the connection is cut in the middle, the
   * second page is a 503, or the list says that there are more than it names.
   */
  z.strictObject({
    name: z.literal('half_page'),
    how: z.enum(['torn_json', 'cut', 'second_page_fails', 'rows_missing']).default('torn_json'),
    count: times.optional(),
  }),
  /** Rows lack fields that are normally there, and carry a status that nobody knows. */
  z.strictObject({ name: z.literal('missing_fields') }),
  /** Every key is answered 404 `auth_error` "Invalid user key". */
  z.strictObject({ name: z.literal('revoked_key') }),
  /** The `Date` header and every time in a row are off by this much. */
  z.strictObject({ name: z.literal('clock_skew'), seconds: z.number().default(3600) }),
  /** The offers found by a search are gone when they are rented. */
  z.strictObject({ name: z.literal('offer_gone') }),
  /** Every offer costs so many times what it did. */
  z.strictObject({ name: z.literal('price_moved'), factor: z.number().positive().default(1.25) }),
  /** Interruptible machines lose their GPU to a higher bid; a raise brings it back. */
  z.strictObject({
    name: z.literal('outbid'),
    instanceId: machine.optional(),
    looks: z.enum(['scheduling', 'stopped']).default('scheduling'),
  }),
  /** As `outbid`, and after so many simulated seconds it runs (and costs) again by itself. */
  z.strictObject({
    name: z.literal('outbid_then_resumed'),
    instanceId: machine.optional(),
    afterSeconds: z.number().positive().default(120),
  }),
  /** A machine that is started never gets further than loading. */
  z.strictObject({ name: z.literal('stuck_in_loading'), instanceId: machine.optional() }),
  /** A machine that is started waits for its GPU for ever (scheduling). */
  z.strictObject({ name: z.literal('gpu_taken'), instanceId: machine.optional() }),
  /** The host has lost its link; when the fault is cleared the machine is what it was. */
  z.strictObject({ name: z.literal('host_offline'), instanceId: machine.optional() }),
  /** The account is empty: everything is stopped, and nothing can be started or created. */
  z.strictObject({ name: z.literal('credit_gone') }),
  /** A stop is answered with success and never done. */
  z.strictObject({ name: z.literal('stop_ignored'), instanceId: machine.optional() }),
  /** A destroy is answered with success and never done. */
  z.strictObject({ name: z.literal('destroy_ignored'), instanceId: machine.optional() }),
  /** The container dies while the machine is meant to run. */
  z.strictObject({ name: z.literal('exited_while_running'), instanceId: machine.optional() }),
  /** The SSH proxy leads to another server, which shows its own host key. */
  z.strictObject({ name: z.literal('foreign_ssh_key'), instanceId: machine.optional() }),
]);
export type VastFault = z.output<typeof vastFaultSchema>;
export type VastFaultInput = z.input<typeof vastFaultSchema>;
export type VastFaultName = VastFault['name'];

type Named<Name extends VastFaultName> = Extract<VastFault, { readonly name: Name }>;

/** The faults that are on. One of each name and machine; setting it again replaces it. */
export type FaultBoard = {
  readonly set: (fault: VastFault) => void;
  /** All of that name, or all. */
  readonly clear: (name?: VastFaultName) => void;
  readonly list: () => readonly VastFault[];
  readonly get: <Name extends VastFaultName>(name: Name) => Named<Name> | null;
  /** Is it on for this machine? */
  readonly holds: (name: VastFaultName, instanceId: number) => boolean;
  /** Uses a fault up by one answer: one with a `count` ends with its last. */
  readonly spend: (name: VastFaultName) => void;
};

const victimOf = (fault: VastFault): number | undefined => ('instanceId' in fault ? fault.instanceId : undefined);

export function createFaultBoard(): FaultBoard {
  let on: readonly VastFault[] = [];
  const without = (fault: VastFault): readonly VastFault[] =>
    on.filter((each) => each.name !== fault.name || victimOf(each) !== victimOf(fault));
  return {
    set: (fault) => {
      on = [...without(fault), fault];
    },
    clear: (name) => {
      on = name === undefined ? [] : on.filter((each) => each.name !== name);
    },
    list: () => on,
    get: <Name extends VastFaultName>(name: Name) =>
      (on.find((each) => each.name === name) as Named<Name> | undefined) ?? null,
    holds: (name, instanceId) => on.some((each) => each.name === name && (victimOf(each) ?? instanceId) === instanceId),
    spend: (name) => {
      const fault = on.find((each) => each.name === name);
      if (fault === undefined || !('count' in fault) || fault.count === undefined) return;
      on = fault.count <= 1 ? without(fault) : [...without(fault), { ...fault, count: fault.count - 1 }];
    },
  };
}
