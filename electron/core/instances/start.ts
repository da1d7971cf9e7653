import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { InstancePhase } from '#shared/model/instance.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { checkTyped, entryOf, lookFirst, readUntil, withLedger, type ActionDeps, type ReadBack } from './action.ts';
import type { OneRead } from './vast-client.ts';
import { readPhase } from './view.ts';

const defaultTimeoutSeconds = 300;
/** Waiting for the GPU longer than this usually means that somebody else has it. */
const schedulingPatienceMs = 30_000;

/** The machine as it is right now, or why that is not known. */
async function phaseNow(
  id: string,
  read: OneRead | RoomError,
  deps: ActionDeps,
): Promise<{ readonly phase: InstancePhase | null; readonly because: string }> {
  if (read instanceof RoomError) return { phase: null, because: read.message };
  if (read.kind === 'absent')
    throw new RoomError('not_found', `Machine ${id} is gone: the provider has no such machine.`);
  return readPhase(read.instance, await entryOf(id, deps), new Date(deps.now()).toISOString());
}

/**
 * Starts a machine and waits until its container runs. While it waits for its GPU only storage is billed;
 * cancelling sends a stop, which ends the wait.
 * @throws RoomError queued when it still waits for its GPU, could_not_tell when it is on its way.
 */
export async function startInstance(
  input: MethodParsedInput<'instances.start'>,
  context: JobContext,
  deps: ActionDeps,
): Promise<ReadBack> {
  const { id } = input;
  const { fleet, timer } = deps;
  const seconds = input.timeoutSeconds ?? defaultTimeoutSeconds;
  await context.step('Look at the machine', () => lookFirst(id, context, deps));
  try {
    return await withLedger({ id, kind: 'start', asked: 'running' }, context, deps, async () => {
      await context.step('Send the start', () => fleet.client.setState(id, 'running', context.signal));
      const sentAt = timer.now();
      return context.step('Wait until it runs', () =>
        readUntil<ReadBack>(id, context, deps, seconds * 1000, async (read, isLast) => {
          const { phase, because } = await phaseNow(id, read, deps);
          const isLong = phase === 'scheduling' && timer.now() - sentAt > schedulingPatienceMs;
          context.detail(isLong ? `${because} Cancel to take the start back.` : because);
          if (phase === 'running') return { id, phase, because };
          if (isLast) throw notRunning(id, phase, because, seconds);
          return null;
        }),
      );
    });
  } catch (thrown) {
    const isCancelled = context.signal.aborted && toErrorPayload(context.signal.reason).code === 'cancelled';
    if (isCancelled) await takeBack(id, deps);
    throw thrown;
  }
}

/** The signal has fired already: this goes without it. */
async function takeBack(id: string, deps: ActionDeps): Promise<void> {
  await deps.fleet.client.setState(id, 'stopped').catch((thrown: unknown) => {
    throw new RoomError(
      'still_billed',
      `The start of machine ${id} was cancelled, and the stop that takes it back was not accepted: it may run and be billed. ${toErrorPayload(thrown).message}`,
      { hint: 'Stop it.' },
    );
  });
}

function notRunning(id: string, phase: InstancePhase | null, because: string, seconds: number): RoomError {
  if (phase === 'scheduling')
    return new RoomError(
      'queued',
      `Machine ${id} waits for its GPU since ${seconds} s; only its storage is billed, until it runs by itself. ${because}`,
      { hint: 'A stop ends the wait. Otherwise it may start, and cost money, at any time.' },
    );
  return new RoomError('could_not_tell', `Machine ${id} does not run ${seconds} s after its start. ${because}`, {
    hint: 'It may still come up, and cost money. Look at it again, or stop it.',
  });
}

/** @throws RoomError could_not_tell when it did not come back in time. */
export async function rebootInstance(
  input: MethodParsedInput<'instances.reboot'>,
  context: JobContext,
  deps: ActionDeps,
): Promise<ReadBack> {
  const { id } = input;
  const seconds = input.timeoutSeconds ?? defaultTimeoutSeconds;
  await context.step('Look at the machine', async () => {
    checkTyped(id, input.confirm, 'Rebooting');
    return lookFirst(id, context, deps);
  });
  return withLedger({ id, kind: 'reboot', asked: null }, context, deps, async () => {
    await context.step('Send the reboot', () => deps.fleet.client.reboot(id, context.signal));
    return context.step('Wait until it runs', () =>
      readUntil<ReadBack>(id, context, deps, seconds * 1000, async (read, isLast) => {
        const { phase, because } = await phaseNow(id, read, deps);
        context.detail(because);
        if (phase === 'running') return { id, phase, because };
        if (isLast)
          throw new RoomError(
            'could_not_tell',
            `Machine ${id} does not run ${seconds} s after its reboot. ${because}`,
            {
              hint: 'It is billed meanwhile. Look at it again, or stop it.',
            },
          );
        return null;
      }),
    );
  });
}

/** @throws RoomError provider_refused when the label reads differently afterwards. */
export async function labelInstance(
  input: MethodParsedInput<'instances.label'>,
  context: JobContext,
  deps: ActionDeps,
): Promise<MethodOutput<'instances.label'>> {
  const { id } = input;
  const wanted = input.label.trim();
  await context.step('Look at the machine', () => lookFirst(id, context, deps));
  const { label } = await withLedger({ id, kind: 'label', asked: null }, context, deps, async () => {
    await context.step('Send the label', () => deps.fleet.client.setLabel(id, wanted, context.signal));
    const read = await context.step('Read back', () =>
      deps.fleet.look(id, { priority: 'user', signal: context.signal }),
    );
    const found = read.kind === 'row' ? read.instance.label : null;
    if ((found ?? '') !== wanted)
      throw new RoomError(
        'provider_refused',
        `The label of machine ${id} was accepted and reads ${JSON.stringify(found)}.`,
      );
    return { label: found, because: 'The label reads as it was set.' };
  });
  return { id, label };
}
