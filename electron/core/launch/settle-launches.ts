import { RoomError } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { LaunchRecord } from '#shared/model/launch.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Jobs } from '../jobs/service.ts';
import { adoptMachine } from './adopt.ts';
import { settleLaunch } from './create-machine.ts';

/** A machine that is not on a whole list this long after its create was sent is not coming. */
const createPatienceMs = 120_000;
/** Launches that came to nothing are held against the lists for this long all the same. */
const lookBackMs = 30 * 60_000;

type SettleDeps = {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly now: () => number;
  readonly emit: EmitEvent;
};

/**
 * Finds out, after each whole list, what became of launches whose job did not live to see it: the machine is
 * found by its label, or it is said that there is none. Nothing is ever created here.
 */
export async function settleLaunches(deps: SettleDeps): Promise<void> {
  const { database, jobs } = deps;
  const since = new Date(deps.now() - lookBackMs).toISOString();
  for (const launch of await database.read('launch.open', { since })) {
    const job = await jobs.get(launch.jobId).catch(() => null);
    if (job !== null && !isJobOver(job.state)) continue;
    await settleOne(launch, job, deps);
  }
}

async function settleOne(launch: LaunchRecord, job: Job | null, deps: SettleDeps): Promise<void> {
  const instanceId = await deps.database.read('launch.machineOf', { label: launch.label });
  if (instanceId !== null) {
    const message = `Machine ${instanceId} was found by the label ${launch.label}: it exists and is billed. It is ours.`;
    await settleLaunch(launch, { state: 'created', instanceId, message }, deps);
    await adoptMachine(instanceId, launch, deps);
    await tellJob(job, message, { outcome: 'created', instanceId }, deps);
    return;
  }
  if (launch.state === 'prepared') {
    const message = 'The create was not sent: nothing was rented.';
    await settleLaunch(launch, { state: 'not_created', instanceId: null, message }, deps);
    await tellJob(job, message, { outcome: 'not_created' }, deps);
    return;
  }
  if (launch.state !== 'sent' || deps.now() - Date.parse(launch.sentAt ?? launch.preparedAt) < createPatienceMs) return;
  const message = `The whole list has no machine labelled ${launch.label}: nothing was rented, or it is gone again.`;
  await settleLaunch(launch, { state: 'not_created', instanceId: null, message }, deps);
  await tellJob(job, message, { outcome: 'not_created' }, deps);
}

/** A job that ended without knowing says what became of it. */
async function tellJob(
  job: Job | null,
  message: string,
  details: Readonly<Record<string, unknown>>,
  deps: SettleDeps,
): Promise<void> {
  if (job === null || job.state === 'succeeded') return;
  const at = new Date(deps.now()).toISOString();
  const before = job.error?.message ?? 'The room ended while this ran.';
  const error = new RoomError(
    job.error?.code ?? 'interrupted',
    `${before} Read from the provider at ${at}: ${message}`,
    {
      ...(job.error?.hint == null ? {} : { hint: job.error.hint }),
      details: { ...job.error?.details, ...details },
    },
  );
  await deps.database.write('jobs.save', { ...job, error: error.toPayload() });
  deps.emit({ name: 'jobs.changed', payload: { jobId: job.id } });
}
