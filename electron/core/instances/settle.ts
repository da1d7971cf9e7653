import { RoomError } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { Database } from '../db/database.ts';
import type { Jobs } from '../jobs/service.ts';
import type { LedgerCommand, LedgerEntry } from './store.ts';
import type { Timer } from './timer.ts';
import { readPhase } from './view.ts';

type Truth = { readonly outcome: 'done' | 'failed'; readonly message: string };

const apartMs = 10_000;
/** A stop takes seconds to a minute. */
const stopPatienceMs = 120_000;
/** A new machine takes minutes to come up, and longer where the line is slow. */
const createPatienceMs = 1_800_000;
/** A destroyed machine may stay on the list for a while. */
const destroyPatienceMs = 60_000;

/**
 * Finds out, from the newest whole list, how commands ended whose engine did not live to see it, and
 * writes it into the ledger and into the row of the job. What the list does not settle stays open.
 */
export async function settleCommands(deps: {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly timer: Timer;
}): Promise<void> {
  const { database, jobs, timer } = deps;
  const now = timer.now();
  const at = new Date(now).toISOString();
  for (const command of await database.read('instances.openCommands', undefined as never)) {
    const job = await jobs.get(command.jobId).catch(() => null);
    if (job !== null && !isJobOver(job.state)) continue;
    const entry = await database.read('instances.entry', { id: command.instanceId });
    const truth = entry === null ? null : await judge(command, entry, now, database);
    if (truth === null) continue;
    await database.write('instances.settle', { id: command.id, at, ...truth });
    if (job !== null) await tellJob(job, truth, at, database);
  }
}

async function judge(
  command: LedgerCommand,
  entry: LedgerEntry,
  nowMs: number,
  database: Database,
): Promise<Truth | null> {
  const now = new Date(nowMs).toISOString();
  const { phase, because } = readPhase(entry.instance, entry, now);
  const isGone = entry.goneAt !== null;
  switch (command.kind) {
    case 'stop': {
      if (isGone) return { outcome: 'done', message: 'The machine is gone.' };
      if (phase === 'stopping' && nowMs - Date.parse(command.askedAt) < stopPatienceMs) return null;
      if (phase !== 'stopped')
        return { outcome: 'failed', message: `It is not stopped, count it as billed (${phase}): ${because}` };
      const since = stoppedSince(await database.read('instances.samples', { id: command.instanceId }));
      return since !== null && Date.parse(entry.lastSeenAt) - Date.parse(since) >= apartMs
        ? { outcome: 'done', message: `Stopped: reads from ${since} to ${entry.lastSeenAt} say so.` }
        : null;
    }
    case 'destroy':
      if (isGone) return { outcome: 'done', message: 'The machine is gone: nothing is billed any more.' };
      if (phase === 'destroying' || nowMs - Date.parse(command.askedAt) < destroyPatienceMs) return null;
      return { outcome: 'failed', message: `The machine is still there, count it as billed (${phase}): ${because}` };
    case 'start':
      if (isGone) return { outcome: 'failed', message: 'The machine is gone.' };
      return { outcome: phase === 'running' ? 'done' : 'failed', message: `It is ${phase}: ${because}` };
    case 'create': {
      if (isGone)
        return { outcome: 'failed', message: 'The machine was made and is gone: nothing is billed any more.' };
      if (phase === 'running') return { outcome: 'done', message: `It runs: ${because}` };
      const isComing = phase === 'creating' || phase === 'loading';
      if (isComing && nowMs - Date.parse(command.askedAt) < createPatienceMs) return null;
      return {
        outcome: 'failed',
        message: `It was made, exists and is billed, and does not run (${phase}): ${because}`,
      };
    }
    default:
      return {
        outcome: 'failed',
        message: isGone
          ? 'The machine is gone.'
          : `Whether it was taken is not known. The machine is ${phase}: ${because}`,
      };
  }
}

/** The first of the newest samples that all say stopped. */
function stoppedSince(samples: readonly { readonly at: string; readonly phase: string }[]): string | null {
  let since: string | null = null;
  for (const sample of samples.toReversed()) {
    if (sample.phase !== 'stopped') break;
    since = sample.at;
  }
  return since;
}

/** A job that was cut off says what became of it. */
async function tellJob(job: Job, truth: Truth, at: string, database: Database): Promise<void> {
  if (job.state !== 'interrupted') return;
  const error = new RoomError(
    'interrupted',
    `The room ended while this ran. Read from the provider at ${at}: ${truth.message}`,
    { details: { outcome: truth.outcome } },
  );
  await database.write('jobs.save', { ...job, error: error.toPayload() });
}
