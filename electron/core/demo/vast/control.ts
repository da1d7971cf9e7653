import { z } from 'zod';
import type { VastFaultInput, VastFaultName } from './faults.ts';

const address = z.strictObject({ host: z.string(), port: z.number().int().min(1).max(65_535) });

/** Where SSH to a machine really leads; null: nobody listens there. */
export const sshTargetsSchema = z.strictObject({
  direct: address.nullable().optional(),
  proxy: address.nullable().optional(),
  /** Where the proxy leads under the fault `foreign_ssh_key`. */
  foreign: address.nullable().optional(),
  /** The row says one less than the port that answers, as some rows of Jupyter machines do. */
  proxyPortPlusOne: z.boolean().optional(),
});

/** A machine to put into the fleet; what is not said is that of a running on-demand RTX 4090. */
export const machineSpecSchema = z.strictObject({
  /** Chosen by the simulator unless told. */
  id: z.number().int().positive().optional(),
  label: z.string().nullable().optional(),
  status: z
    .enum(['creating', 'loading', 'running', 'stopped', 'scheduling', 'outbid', 'crashed', 'frozen', 'offline'])
    .optional(),
  gpuName: z.string().optional(),
  gpuCount: z.number().int().positive().optional(),
  gpuPerHourUsd: z.number().nonnegative().optional(),
  /** Dollars for a GB and a month of 720 hours. */
  storagePerGbMonthUsd: z.number().nonnegative().optional(),
  diskGb: z.number().positive().optional(),
  diskUsedGb: z.number().nonnegative().optional(),
  /** The bid, dollars an hour; null: on demand. */
  bidPerHourUsd: z.number().positive().nullable().optional(),
  gpuUtilPercent: z.number().min(0).max(100).nullable().optional(),
  /** Its load goes up and down a little, as that of a machine at work. */
  isLively: z.boolean().optional(),
  runtype: z.string().optional(),
  /** How long ago the contract began, in simulated seconds; it was billed since. */
  ageSeconds: z.number().nonnegative().optional(),
  /** How long of that it ran before it came to its state, in simulated seconds: its GPU was billed for so long. */
  ranSeconds: z.number().nonnegative().optional(),
  /** How long a machine that is loading still loads, in simulated seconds. */
  loadSeconds: z.number().nonnegative().optional(),
  ssh: sshTargetsSchema.optional(),
});
export type MachineSpec = z.infer<typeof machineSpecSchema>;

/** What a test may change on a machine that is there. */
export const machineChangeSchema = z.strictObject({
  label: z.string().nullable().optional(),
  gpuUtilPercent: z.number().min(0).max(100).nullable().optional(),
  diskUsedGb: z.number().nonnegative().optional(),
  /** Bytes that left the machine, in GB: billed as egress. */
  egressGb: z.number().nonnegative().optional(),
  /** What `request_logs` answers with. */
  log: z.string().optional(),
  /** Somebody else has its GPU: a start waits for it. */
  gpuTaken: z.boolean().optional(),
  ssh: sshTargetsSchema.optional(),
});
export type MachineChange = z.infer<typeof machineChangeSchema>;

/** One request as it arrived, with its secrets taken out. */
export type SeenRequest = {
  readonly number: number;
  /** Wall clock, epoch milliseconds. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** Decoded, without `api_key`. */
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON, or text where it is none. */
  readonly body: unknown;
  readonly userAgent: string | null;
  readonly contentType: string | null;
  /** Whose key it was: `account`, `read`, `instance-<id>`, `wrong`, `none`. */
  readonly key: string;
  /** True when the key came in the address, where it is logged by everybody. */
  readonly keyInUrl: boolean;
  /** The answer; null while there is none, or when it was lost. */
  readonly status: number | null;
};

/** A machine as it truly is, whatever the faults make the API say. */
export type MachineTruth = {
  readonly id: number;
  readonly label: string | null;
  readonly actualStatus: string | null;
  readonly intendedStatus: string;
  readonly isBilledForGpu: boolean;
  readonly spentUsd: number;
};

/** The hand behind the curtain: what `/__control/` offers, in the same process. */
export type VastControl = {
  readonly setFault: (fault: VastFaultInput) => void;
  /** One fault, or all of them. */
  readonly clearFaults: (name?: VastFaultName) => void;
  readonly setSpeed: (simulatedSecondsPerSecond: number) => void;
  /** Jumps ahead: everything that is due by then happens. */
  readonly advance: (simulatedSeconds: number) => void;
  readonly requests: () => readonly SeenRequest[];
  readonly clearRequests: () => void;
  readonly machines: () => readonly MachineTruth[];
  /** The id of the new machine. */
  readonly addMachine: (spec?: MachineSpec) => Promise<number>;
  readonly changeMachine: (id: number, change: MachineChange) => void;
  /** Somebody else destroys it: its row is gone at once. */
  readonly destroyElsewhere: (id: number) => void;
  readonly setCredit: (usd: number) => void;
  /** Utilisation, per cent, that the machine as it is now had so many simulated seconds ago; null when none is told. */
  readonly pastLoad: (id: number, secondsAgo: number) => number | null;
  /** Back to the beginning: the clock goes on, faults and requests are gone, and the fleet is this one. */
  readonly reset: (fleet?: 'demo' | 'empty') => Promise<void>;
};
