import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload, type Envelope } from '#shared/errors.ts';
import type { FleetItem } from '#shared/model/fleet.ts';
import type { Database } from '../db/database.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Arming } from './store.ts';

type StopAllOutput = MethodOutput<'instances.stopAll'>;
type StopLine = StopAllOutput['machines'][number];

export type StopAllDeps = {
  readonly fleet: Fleet;
  readonly database: Database;
  readonly jobs: Jobs;
  /** Starts `instances.stop` as whoever asked for all of it. */
  readonly startStop: (input: {
    readonly id: string;
    readonly snapshot: 'pull';
    readonly onFailure: 'stop_anyway' | 'ask';
    readonly timeoutSeconds?: number;
  }) => Promise<Envelope<unknown>>;
};

/**
 * Stops every machine that is armed in this room, all at once, each by a job of its own, and answers only
 * when each is proved. What is not armed is left alone and named when it is billed.
 * @throws RoomError still_billed, with every line of proof, unless all of them are proved.
 */
export async function stopAll(
  input: MethodParsedInput<'instances.stopAll'>,
  context: JobContext,
  deps: StopAllDeps,
): Promise<StopAllOutput> {
  const { armings, items } = await context.step('Find what is armed', async () => {
    const [armed, view] = await Promise.all([
      deps.database.read('guards.armed', undefined as never),
      // What can not be read right now is stopped all the same.
      deps.fleet.view().catch(() => null),
    ]);
    return { armings: armed, items: view?.items ?? [] };
  });
  const notArmed = items
    .filter((item) => isBilled(item) && !armings.some((it) => it.instanceId === item.id))
    .map(toUnarmed);
  const present = await stillThere(armings, deps.database);
  let done = 0;
  const machines = await context.step('Stop each of them', () =>
    Promise.all(
      present.map(async (machine) => {
        const line = await stopOne(machine, input, context, deps);
        done += 1;
        context.progress({ done, total: present.length, unit: 'machines', message: wordsOf(line) });
        return line;
      }),
    ),
  );
  const because = [
    machines.length === 0 ? 'No machine is armed in this room, so none was stopped.' : machines.map(wordsOf).join(' '),
    ...(notArmed.length === 0 ? [] : [`Not armed, left alone and billed: ${notArmed.map(nameOf).join(', ')}.`]),
  ].join(' ');
  const open = machines.filter((line) => line.state === 'not_proved');
  if (open.length > 0)
    throw new RoomError(
      'still_billed',
      `${open.length} of ${machines.length} machines are not proved to be stopped. ${because}`,
      {
        hint: 'Stop them again, and look at the web console of the provider. They count as billed until they are proved to be stopped.',
        details: { machines, notArmed },
      },
    );
  if (machines.length === 0 && notArmed.length > 0)
    throw new RoomError('conflict', because, {
      hint: 'Arm what is yours with guards.arm, or stop each with instances.stop.',
      details: { machines, notArmed },
    });
  return { because, machines, notArmed };
}

type Machine = { readonly arming: Arming; readonly label: string | null };

async function stillThere(armings: readonly Arming[], database: Database): Promise<Machine[]> {
  const machines = await Promise.all(
    armings.map(async (arming) => {
      const entry = await database.read('instances.entry', { id: arming.instanceId });
      return entry?.goneAt == null ? [{ arming, label: entry?.instance.label ?? null }] : [];
    }),
  );
  return machines.flat();
}

async function stopOne(
  { arming, label }: Machine,
  input: MethodParsedInput<'instances.stopAll'>,
  context: JobContext,
  deps: StopAllDeps,
): Promise<StopLine> {
  const id = arming.instanceId;
  const line = { id, label, jobId: null, state: 'not_proved' as const, provedAt: null };
  try {
    const answer = await deps.startStop({
      id,
      snapshot: 'pull',
      onFailure: input.onFailure ?? arming.settings.policy,
      ...(input.timeoutSeconds === undefined ? {} : { timeoutSeconds: input.timeoutSeconds }),
    });
    if (!answer.ok) return { ...line, because: answer.error.message };
    const { jobId } = answer.value as { jobId: string };
    const job = await untilOver(jobId, context.signal, deps.jobs);
    if (job.state !== 'succeeded')
      return { ...line, jobId, because: job.error?.message ?? `Its stop ended ${job.state}.` };
    const { state, because, provedAt } = job.result as MethodOutput<'instances.stop'>;
    return { id, label, jobId, state, because, provedAt };
  } catch (thrown) {
    context.signal.throwIfAborted();
    return { ...line, because: toErrorPayload(thrown).message };
  }
}

/** A cancelled "stop everything" stops waiting; the stops themselves go on. */
function untilOver(jobId: string, signal: AbortSignal, jobs: Jobs): ReturnType<Jobs['waitFor']> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    jobs
      .waitFor(jobId)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

const isBilled = (item: FleetItem): boolean => item.burnRatePerHourUsd === null || item.burnRatePerHourUsd > 0;

const toUnarmed = (item: FleetItem): StopAllOutput['notArmed'][number] => ({
  id: item.id,
  label: item.label,
  phase: item.phase,
  burnRatePerHourUsd: item.burnRatePerHourUsd,
  because: `${item.ownership === 'ours' ? 'Ours' : item.ownership === 'known' ? 'Known' : 'Nobody’s here'}, ${item.phase}: ${item.burnBecause}`,
});

const nameOf = ({ id, label }: { readonly id: string; readonly label: string | null }): string =>
  label === null || label === '' ? id : `${id} (${label})`;

const wordsOf = (line: StopLine): string => `${nameOf(line)}: ${line.because}`;
