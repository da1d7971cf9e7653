import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { Instance } from '#shared/model/instance.ts';
import type { SshProbe } from '#shared/rules/stop-proof.ts';
import type { Database } from '../db/database.ts';
import { newId } from '../ids.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { Fleet } from './fleet.ts';
import type { Asked, LedgerEntry } from './store.ts';
import type { Timer } from './timer.ts';
import type { OneRead } from './vast-client.ts';

export type ActionDeps = {
  readonly fleet: Fleet;
  readonly database: Database;
  /** Paces reads and time-outs: faster than real time when the provider is. */
  readonly timer: Timer;
  /** Times of the ledger, milliseconds. */
  readonly now: () => number;
  /** Who asked, for the ledger. */
  readonly actorOf: (jobId: string) => Promise<string>;
  /** Who answers over SSH at these addresses, by the host keys of the machine; without it nobody knocks. */
  readonly knock?: KnockOnMachine;
};

/** Ends what runs on a machine and waits until its files hold still. What was not reached is an answer. */
export type Quiesce = (
  instanceId: string,
  signal: AbortSignal,
) => Promise<{ readonly isQuiet: boolean; readonly words: string }>;

export type KnockOnMachine = (
  instanceId: string,
  endpoints: Instance['sshEndpoints'],
  signal: AbortSignal,
) => Promise<SshProbe>;
/** What an action needs that ends a machine, or what is on it. */
export type EndDeps = ActionDeps & {
  /**
   * Copies what is new on a machine and compares it. Answers with what was copied, in words.
   * @throws RoomError why there is no verified copy, `held` among them.
   */
  readonly copyMachine: (id: string, context: JobContext) => Promise<string>;
  /**
   * Stores the copy of a machine in the bucket and compares it there. Answers with what is there, in words.
   * @throws RoomError why the bucket does not hold it.
   */
  readonly mirrorMachine: (id: string, context: JobContext) => Promise<string>;
  /** Why the files of a machine are not safe here and in the bucket; null when they are, or nobody ever copied any. */
  readonly unsavedOf: (id: string) => Promise<string | null>;
};

export type ReadBack = MethodOutput<'instances.start'>;

/** Between two reads of one machine: the published interval of the endpoint, and a little. */
const readIntervalMs = 2500;

/** @throws RoomError invalid_input unless the id was typed once more. */
export function checkTyped(id: string, confirm: string | undefined, what: string): void {
  if (confirm?.trim() === id) return;
  throw new RoomError(
    'invalid_input',
    `${what} machine ${id} has to be confirmed by typing its id${confirm === undefined ? '' : `, and ${JSON.stringify(confirm)} is not it`}. Nothing was sent.`,
    { hint: `Say "confirm": "${id}".` },
  );
}

/**
 * The machine before anything is done to it; null when it can not be read right now (a stop is sent all
 * the same). `absent` machines of the ledger come back as such.
 * @throws RoomError not_found for a machine nobody here ever saw, key_missing, key_refused.
 */
export async function lookFirst(id: string, context: JobContext, deps: ActionDeps): Promise<OneRead | null> {
  let read: OneRead;
  try {
    read = await deps.fleet.look(id, { priority: 'user', signal: context.signal });
  } catch (thrown) {
    const { code, message } = toErrorPayload(thrown);
    if (code !== 'provider_unreachable' && code !== 'rate_limited' && code !== 'answer_not_understood') throw thrown;
    context.detail(message);
    return null;
  }
  if (read.kind === 'absent' && (await deps.database.read('instances.entry', { id })) === null)
    throw new RoomError('not_found', `There is no machine ${id} on this account. Nothing was sent.`);
  return read;
}

/** Runs what sends a command, with its row written before and its outcome after. */
export async function withLedger<T extends { readonly because: string }>(
  command: { readonly id: string; readonly kind: string; readonly asked: Asked | null },
  context: JobContext,
  deps: ActionDeps,
  work: () => Promise<T>,
): Promise<T> {
  const { database } = deps;
  const now = (): string => new Date(deps.now()).toISOString();
  const commandId = newId('cmd');
  await database.write('instances.ask', {
    id: commandId,
    instanceId: command.id,
    kind: command.kind,
    jobId: context.jobId,
    actor: await deps.actorOf(context.jobId),
    askedAt: now(),
    asked: command.asked,
  });
  const settle = (outcome: 'done' | 'failed', message: string): Promise<null> =>
    database.write('instances.settle', { id: commandId, at: now(), outcome, message });
  try {
    const result = await work();
    await settle('done', result.because);
    return result;
  } catch (thrown) {
    // An engine that closes leaves the command open: the next one reads how it ended.
    const isClosing = context.signal.aborted && toErrorPayload(context.signal.reason).code !== 'cancelled';
    if (!isClosing) await settle('failed', toErrorPayload(thrown).message);
    throw thrown;
  }
}

/** On a busy computer one read may take all the time there is; nothing is proved by fewer than two. */
const leastReads = 3;

/** Reads until `judge` has an answer or the time is over. Reads that fail are handed over as well. */
export async function readUntil<T>(
  id: string,
  context: JobContext,
  deps: ActionDeps,
  timeoutMs: number,
  judge: (read: OneRead | RoomError, isLast: boolean) => Promise<T | null>,
): Promise<T> {
  const { fleet, timer } = deps;
  const deadline = timer.now() + timeoutMs;
  for (let count = 1; ; count += 1) {
    let read: OneRead | RoomError;
    try {
      read = await fleet.look(id, { priority: 'user', attempts: 1, signal: context.signal });
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (!(thrown instanceof RoomError)) throw thrown;
      read = thrown;
    }
    const isLast = count >= leastReads && timer.now() + readIntervalMs >= deadline;
    const verdict = await judge(read, isLast);
    if (verdict !== null) return verdict;
    await timer.sleep(readIntervalMs, context.signal);
  }
}

/** The entry of a machine, for words about it. */
export const entryOf = (id: string, deps: ActionDeps): Promise<LedgerEntry | null> =>
  deps.database.read('instances.entry', { id });
