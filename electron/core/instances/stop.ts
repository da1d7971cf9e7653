import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import { proveStop, sshFactOf, type StopProof, type StopRead } from '#shared/rules/stop-proof.ts';
import type { JobContext } from '../jobs/job-context.ts';
import {
  checkTyped,
  entryOf,
  lookFirst,
  readUntil,
  withLedger,
  type ActionDeps,
  type EndDeps,
  type Quiesce,
} from './action.ts';
import { saysGone } from './api-error.ts';
import { lookAtBill } from './look-at-bill.ts';
import { toStopRead } from './stop-read.ts';
import type { OneRead } from './vast-client.ts';

type StopInput = MethodParsedInput<'instances.stop'>;
/** What became of the copy before a stop. */
type Copy = { readonly isGood: boolean; readonly words: string };
type StopOutput = MethodOutput<'instances.stop'>;

export type StopDeps = EndDeps & { readonly quiesce: Quiesce };

const defaultTimeoutSeconds = 120;
/** A stop that was accepted and is not done is said once more after this. */
const repeatMs = 30_000;

/**
 * Stops a machine and reads back until the stop is proved; only then it answers. The request is always
 * sent, even when the machine looks stopped: one that exited may run again by itself.
 * @throws RoomError still_billed when the proof did not come in time, could_not_tell when nothing could be read.
 */
export async function stopInstance(input: StopInput, context: JobContext, deps: StopDeps): Promise<StopOutput> {
  const { id } = input;
  const first = await context.step('Look at the machine', async () => {
    if (input.snapshot === 'skip') checkTyped(id, input.confirm, 'Without a copy of what is new on it, stopping');
    return lookFirst(id, context, deps);
  });
  if (input.snapshot === 'pull' && input.onFailure === 'ask' && mayRun(first))
    await context.step('Copy while it runs', async () =>
      mirrorCopy(await copyFirst(input, first, context, deps), input, context, deps),
    );
  const quiesced = await context.step('Bring it to rest', async () => {
    const words = await bringToRest(input, first, context, deps);
    context.detail(words);
    return words;
  });
  const copy = await context.step('Copy what is new', () => copyFirst(input, first, context, deps));
  const mirrored = await context.step('Mirror the copy', () => mirrorCopy(copy, input, context, deps));
  const timeoutMs = (input.timeoutSeconds ?? defaultTimeoutSeconds) * 1000;
  const proof = await withLedger({ id, kind: 'stop', asked: 'stopped' }, context, deps, async () => {
    const askedAt = new Date(deps.timer.now()).toISOString();
    await context.step('Send the stop', () => sendStop(id, first, context, deps));
    return context.step('Read back until it is proved', () =>
      proveByReading({ id, askedAt, timeoutMs }, context, deps),
    );
  });
  const ssh = await context.step('Knock over SSH', () => knockAfter(id, first, context, deps));
  const billing = await context.step('Look at the bill', () => lookAtBill(id, context, deps));
  const entry = await entryOf(id, deps);
  const isGone = entry?.goneAt != null;
  return {
    id,
    state: isGone ? 'gone' : 'stopped',
    because: proof.because,
    provedAt: proof.provedAt,
    storageRatePerHourUsd: isGone ? 0 : (entry?.instance.storageRatePerHourUsd ?? null),
    quiesced,
    copied: copy.words,
    mirrored,
    ssh,
    billing,
  };
}

/** False only for a machine that was just read not to run. */
const mayRun = (first: OneRead | null): boolean =>
  first === null || (first.kind === 'row' && first.instance.actualStatus?.toLowerCase() === 'running');

/**
 * A stop kills what runs; coming to rest first lets it write its last files. Under `ask` its files
 * were copied before: nothing is ended before it is known that they can be, or the machine would run on idle.
 */
async function bringToRest(
  input: StopInput,
  first: OneRead | null,
  context: JobContext,
  deps: StopDeps,
): Promise<string> {
  if (input.snapshot === 'skip') return 'What runs there was not brought to rest: the copy was skipped.';
  if (!mayRun(first)) return 'It does not run: there is nothing to bring to rest.';
  return (await deps.quiesce(input.id, context.signal)).words;
}

/**
 * A fact beside the proof: does anybody still answer with the machine's host key, where it was before the stop
 * and where it is said to be now? It never undoes the proof, and a knock that fails is no answer.
 */
async function knockAfter(id: string, first: OneRead | null, context: JobContext, deps: ActionDeps): Promise<string> {
  const before = first?.kind === 'row' ? first.instance.sshEndpoints : [];
  const now = (await entryOf(id, deps))?.instance.sshEndpoints ?? [];
  const endpoints = [...before, ...now].filter(
    (each, at, all) => all.findIndex((it) => it.host === each.host && it.port === each.port) === at,
  );
  const probe =
    deps.knock === undefined || endpoints.length === 0
      ? null
      : await deps.knock(id, endpoints, context.signal).catch((thrown: unknown) => {
          context.signal.throwIfAborted();
          context.detail(toErrorPayload(thrown).message);
          return null;
        });
  const { words } = sshFactOf(probe === null ? [] : [probe]);
  context.detail(words);
  return words;
}

/** The policy that was chosen beforehand decides what becomes of a stop without a verified copy. */
async function copyFirst(input: StopInput, first: OneRead | null, context: JobContext, deps: EndDeps): Promise<Copy> {
  const none = (why: string): Copy => ({ isGood: false, words: `Nothing was copied: ${why}` });
  if (input.snapshot === 'skip') return none('the copy was skipped.');
  if (first?.kind === 'absent') return none('the machine is gone.');
  if (!mayRun(first)) return none('the machine does not run.');
  try {
    return { isGood: true, words: await deps.copyMachine(input.id, context) };
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { code, message, hint, details } = toErrorPayload(thrown);
    if (input.onFailure === 'stop_anyway') {
      context.detail(`${message} It is stopped all the same.`);
      return {
        isGood: false,
        words: `There is no verified copy: ${message} The disk is kept on the host; what is new on it is only there.`,
      };
    }
    throw new RoomError(
      code,
      `There is no verified copy, so nothing was sent: the machine runs on and is billed. ${message}`,
      {
        hint: `${hint ?? ''} Stop without a copy: "snapshot": "skip", "confirm": "${input.id}". Or say "onFailure": "stop_anyway". The disk is kept either way.`.trim(),
        ...(details === null ? {} : { details }),
        cause: thrown,
      },
    );
  }
}

/** A copy that is only on this computer is one disk away from none: the same policy decides about its mirror. */
async function mirrorCopy(copy: Copy, input: StopInput, context: JobContext, deps: EndDeps): Promise<string> {
  if (!copy.isGood) return 'Nothing was mirrored: there is no new copy.';
  try {
    const words = await deps.mirrorMachine(input.id, context);
    context.detail(words);
    return words;
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { code, message, hint, details } = toErrorPayload(thrown);
    const what = `The copy is here and verified, and the bucket does not hold it: ${message}`;
    if (input.onFailure === 'stop_anyway') {
      context.detail(`${what} It is stopped all the same.`);
      return what;
    }
    throw new RoomError(code, `${what} Nothing was sent: the machine runs on and is billed.`, {
      hint: `${hint ?? ''} Stop it without its mirror: "onFailure": "stop_anyway". The disk is kept.`.trim(),
      ...(details === null ? {} : { details }),
      cause: thrown,
    });
  }
}

/** A lost answer is no refusal: what became of it is read. A refusal ends the job. */
async function sendStop(id: string, first: OneRead | null, context: JobContext, deps: ActionDeps): Promise<void> {
  try {
    await deps.fleet.client.setState(id, 'stopped', context.signal);
  } catch (thrown) {
    if (saysGone(thrown) || first?.kind === 'absent') return;
    const error = toErrorPayload(thrown);
    if (error.code === 'provider_unreachable' || error.code === 'rate_limited') {
      context.detail(`${error.message} Reading whether it was taken all the same.`);
      return;
    }
    if (context.signal.aborted || !(thrown instanceof RoomError)) throw thrown;
    throw new RoomError(thrown.code, `${thrown.message} The machine was not stopped: count it as billed.`, {
      ...(thrown.hint === null ? {} : { hint: thrown.hint }),
      ...(thrown.details === null ? {} : { details: thrown.details }),
    });
  }
}

type Proved = StopProof & { readonly provedAt: string };

async function proveByReading(
  stop: { readonly id: string; readonly askedAt: string; readonly timeoutMs: number },
  context: JobContext,
  deps: ActionDeps,
): Promise<Proved> {
  const { id, askedAt, timeoutMs } = stop;
  const { timer, fleet, database } = deps;
  const reads: StopRead[] = [];
  let repeatAt = timer.now() + repeatMs;
  const seconds = Math.round(timeoutMs / 1000);
  return readUntil<Proved>(id, context, deps, timeoutMs, async (read, isLast) => {
    const at = new Date(timer.now()).toISOString();
    reads.push(toStopRead(read, at));
    const proof = proveStop(reads, { askedAt, now: at, patienceMs: isLast ? 0 : timeoutMs });
    context.detail(proof.because);
    if (proof.verdict === 'stopped' && proof.provedAt !== null) {
      if (!(read instanceof RoomError) && read.kind === 'absent')
        await database.write('instances.markGone', { id, at: new Date(deps.now()).toISOString() });
      return { ...proof, provedAt: proof.provedAt };
    }
    if (isLast) throw await notProved(id, proof, seconds, deps);
    if (timer.now() >= repeatAt) {
      repeatAt = timer.now() + repeatMs;
      await fleet.client.setState(id, 'stopped', context.signal).catch(() => undefined);
    }
    return null;
  });
}

async function notProved(id: string, proof: StopProof, seconds: number, deps: ActionDeps): Promise<RoomError> {
  const hint =
    'Stop it again, and look at the web console of the provider. It counts as billed until it is proved to be stopped.';
  if (proof.verdict === 'could_not_tell')
    return new RoomError('could_not_tell', `Machine ${id}: a stop was asked for ${seconds} s ago. ${proof.because}`, {
      hint,
    });
  const rate = (await entryOf(id, deps))?.instance.runningRatePerHourUsd ?? null;
  const price = rate === null ? '' : ` It costs $${rate.toFixed(3)} an hour while it runs.`;
  return new RoomError(
    'still_billed',
    `Machine ${id} is not proved to be stopped after ${seconds} s, so it is still billed. ${proof.because}${price}`,
    { hint },
  );
}
