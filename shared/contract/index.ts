import { z } from 'zod';
import { jobIdSchema } from '../model/ids.ts';
import { checkMethods } from './checks.ts';
import { environmentMethods } from './environment.ts';
import { fleetMethods } from './fleet.ts';
import { gateMethods } from './gate.ts';
import { guardMethods } from './guards.ts';
import { hubMethods } from './hub.ts';
import { incidentMethods } from './incidents.ts';
import { launchMethods } from './launch.ts';
import { mirrorMethods } from './mirror.ts';
import { orientationMethods } from './orientation.ts';
import { roomMethods } from './room.ts';
import { remoteMethods } from './remote.ts';
import { runMethods } from './runs.ts';
import { scheduleMethods } from './schedule.ts';
import { secretMethods } from './secrets.ts';
import { sshMethods } from './ssh.ts';
import { snapshotMethods } from './snapshots.ts';
import { stepMethods } from './steps.ts';
import { studyMethods } from './study.ts';
import { toolMethods } from './tools.ts';
import { triageMethods } from './triage.ts';
import { workMethods } from './work.ts';

/** Every call that can be made of the room: one table for all wires. */
export const contract = {
  ...roomMethods,
  ...runMethods,
  ...workMethods,
  ...fleetMethods,
  ...guardMethods,
  ...launchMethods,
  ...secretMethods,
  ...sshMethods,
  ...toolMethods,
  ...snapshotMethods,
  ...mirrorMethods,
  ...scheduleMethods,
  ...orientationMethods,
  ...triageMethods,
  ...gateMethods,
  ...studyMethods,
  ...incidentMethods,
  ...checkMethods,
  ...stepMethods,
  ...environmentMethods,
  ...hubMethods,
  ...remoteMethods,
} as const;
export type Contract = typeof contract;
export type MethodName = keyof Contract;

/** What a caller passes (before defaults are filled in). */
export type MethodInput<M extends MethodName> = z.input<Contract[M]['input']>;
/** What a handler receives. */
export type MethodParsedInput<M extends MethodName> = z.output<Contract[M]['input']>;
export type MethodOutput<M extends MethodName> = z.output<Contract[M]['output']>;
export type JobMethodName = { [M in MethodName]: Contract[M]['kind'] extends 'job' ? M : never }[MethodName];
export type PlainMethodName = Exclude<MethodName, JobMethodName>;

/** What a call answers on the wire: a job answers with its id at once. */
export type CallResult<M extends MethodName> = M extends JobMethodName ? { readonly jobId: string } : MethodOutput<M>;

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(contract, name);
}

/** Events are hints that a query is stale; they never carry the new truth. */
export const roomEvents = {
  'room.changed': z.object({}),
  'settings.changed': z.object({}),
  'runs.changed': z.object({ runIds: z.array(z.string()) }),
  'clips.changed': z.object({ runIds: z.array(z.string()) }),
  'jobs.changed': z.object({ jobId: jobIdSchema }),
  'decisions.changed': z.object({}),
  'orientation.changed': z.object({ runIds: z.array(z.string()) }),
  'studies.changed': z.object({ studyId: z.string() }),
  'instances.changed': z.object({}),
  'ssh.changed': z.object({}),
  'snapshots.changed': z.object({}),
  'mirror.changed': z.object({}),
  'schedule.changed': z.object({}),
  'steps.changed': z.object({ instanceId: z.string() }),
  'secrets.changed': z.object({}),
  /** The room now shows another workspace: every id that a page holds is void. */
  'workspace.switched': z.object({}),
} as const;
export type RoomEventName = keyof typeof roomEvents;
export type RoomEvent = {
  [N in RoomEventName]: { readonly name: N; readonly payload: z.infer<(typeof roomEvents)[N]> };
}[RoomEventName];
