import { RoomError, toErrorPayload, type Envelope } from '#shared/errors.ts';
import type { GuardSettings } from '#shared/model/guard.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { Database } from '../db/database.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Notifier } from '../ports.ts';
import type { GuardStop } from './stop-store.ts';

/** Starts `instances.stop` in the name of the guard. */
export type StartStop = (input: {
  readonly id: string;
  readonly snapshot: 'pull';
  readonly onFailure: GuardSettings['policy'];
}) => Promise<Envelope<unknown>>;

export type DriveDeps = {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly startStop: StartStop;
  readonly notify: Notifier;
  readonly now: () => number;
};

/** Between two tries: sooner at first, every five minutes for ever after. */
const backOffSeconds = [10, 20, 40, 80, 160, 300] as const;

/**
 * Brings one open stop a step further: starts its job, or looks how it went. It ends when the stop is proved,
 * and never because tries ran out. One job at a time; what an engine left unfinished is tried anew at once.
 */
export async function driveStop(
  stop: GuardStop,
  machine: { readonly name: string; readonly policy: GuardSettings['policy']; readonly goneAt: string | null },
  deps: DriveDeps,
): Promise<void> {
  if (machine.goneAt !== null) {
    await endProved(stop, machine.name, machine.goneAt, 'The provider says that there is no such machine.', deps);
    return;
  }
  const job = stop.jobId === null ? null : await deps.jobs.get(stop.jobId).catch(() => null);
  if (job !== null && !isJobOver(job.state)) return;
  if (job !== null) {
    const proof = proofOf(job);
    if (proof !== null) await endProved(stop, machine.name, proof.provedAt, proof.because, deps);
    else await noteFailure(stop, machine.name, job, deps);
    return;
  }
  if (Date.parse(stop.nextTryAt) > deps.now()) return;
  await startTry(stop, machine, deps);
}

async function startTry(
  stop: GuardStop,
  machine: { readonly name: string; readonly policy: GuardSettings['policy'] },
  deps: DriveDeps,
): Promise<void> {
  if (stop.tries === 0)
    deps.notify({
      title: `Guard stops ${machine.name}`,
      body: `${stop.because} It is told when the stop is proved.`,
      urgency: 'normal',
    });
  const answer = await deps.startStop({ id: stop.instanceId, snapshot: 'pull', onFailure: machine.policy });
  if (!answer.ok) throw RoomError.fromPayload(answer.error);
  await deps.database.write('guards.try', { id: stop.id, jobId: (answer.value as { jobId: string }).jobId });
}

function proofOf(job: Job): { readonly provedAt: string; readonly because: string } | null {
  if (job.state !== 'succeeded') return null;
  const { provedAt, because } = (job.result ?? {}) as { provedAt?: string; because?: string };
  return provedAt === undefined ? null : { provedAt, because: because ?? 'It is stopped.' };
}

async function endProved(
  stop: GuardStop,
  name: string,
  provedAt: string,
  because: string,
  deps: DriveDeps,
): Promise<void> {
  const at = new Date(deps.now()).toISOString();
  await deps.database.write('guards.endStop', { id: stop.id, at, provedAt, words: because });
  deps.notify({ title: `Stopped: ${name}`, body: `${stop.because} ${because}`, urgency: 'normal' });
}

async function noteFailure(stop: GuardStop, name: string, job: Job, deps: DriveDeps): Promise<void> {
  const words = job.error?.message ?? `Its job ended ${job.state}.`;
  // The engine ended in the middle of it: nobody has said no.
  const waitSeconds =
    job.state === 'interrupted' ? 0 : (backOffSeconds[Math.max(0, stop.tries - 1)] ?? backOffSeconds.at(-1)!);
  const nextTryAt = new Date(deps.now() + waitSeconds * 1000).toISOString();
  await deps.database.write('guards.tryFailed', { id: stop.id, words, nextTryAt });
  if (job.state === 'interrupted') return;
  deps.notify({
    title: `Not proved to be stopped: ${name}`,
    body: `Try ${stop.tries}: ${words} Count it as billed. It is tried again at ${nextTryAt}.`,
    urgency: 'critical',
  });
}

/** A person armed the machine anew or took the guard off: its stop is theirs again. */
export async function takeBackStop(
  stop: GuardStop,
  words: string,
  deps: Pick<DriveDeps, 'database' | 'jobs' | 'now'>,
): Promise<void> {
  const at = new Date(deps.now()).toISOString();
  await deps.database.write('guards.endStop', { id: stop.id, at, provedAt: null, words });
  if (stop.jobId === null) return;
  try {
    await deps.jobs.cancel(stop.jobId);
  } catch (thrown) {
    // It was over already.
    const { code } = toErrorPayload(thrown);
    if (code !== 'conflict' && code !== 'not_found') throw thrown;
  }
}
