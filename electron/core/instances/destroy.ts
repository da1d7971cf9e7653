import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { checkTyped, entryOf, lookFirst, readUntil, withLedger, type ActionDeps, type EndDeps } from './action.ts';
import { saysGone } from './api-error.ts';

const defaultTimeoutSeconds = 120;

/**
 * Destroys a machine, with its id typed. Gone means: an authorised read of it says that there is none, and
 * a whole list lacks it. @throws RoomError still_billed when that did not come in time.
 */
export async function destroyInstance(
  input: MethodParsedInput<'instances.destroy'>,
  context: JobContext,
  deps: EndDeps,
): Promise<MethodOutput<'instances.destroy'>> {
  const { id } = input;
  const { fleet } = deps;
  const seconds = input.timeoutSeconds ?? defaultTimeoutSeconds;
  await context.step('Look at the machine', async () => {
    checkTyped(id, input.confirm, 'Destroying');
    await checkSaved(id, input.confirmLoss, deps);
    return lookFirst(id, context, deps);
  });
  const done = await withLedger({ id, kind: 'destroy', asked: 'destroyed' }, context, deps, async () => {
    await context.step('Send the destroy', () => sendDestroy(id, context, deps));
    return context.step('Read back until it is gone', () =>
      readUntil<{ because: string; goneAt: string }>(id, context, deps, seconds * 1000, async (read, isLast) => {
        if (!(read instanceof RoomError) && read.kind === 'absent') {
          const failure = await fleet
            .refresh({ priority: 'user', attempts: 1, signal: context.signal })
            .then(() => null, toErrorPayload);
          const goneAt = (await entryOf(id, deps))?.goneAt ?? null;
          if (goneAt !== null)
            return {
              because: 'A read of the machine and the whole list both lack it. Nothing is billed any more.',
              goneAt,
            };
          context.detail(failure?.message ?? 'The machine is not found, and the list still names it.');
        } else context.detail(read instanceof RoomError ? read.message : 'It is still there.');
        if (!isLast) return null;
        throw new RoomError(
          'still_billed',
          `Machine ${id} is not proved to be gone ${seconds} s after its destroy was sent: count it as billed. ${read instanceof RoomError ? read.message : 'The provider still has it.'}`,
          { hint: 'Destroy it again, and look at the web console of the provider.' },
        );
      }),
    );
  });
  return { id, state: 'gone', ...done };
}

/** A destroy takes the disk: over a copy that failed it needs the loss typed. @throws RoomError conflict. */
async function checkSaved(id: string, confirmLoss: string | undefined, deps: EndDeps): Promise<void> {
  const unsaved = await deps.unsavedOf(id);
  if (unsaved === null || confirmLoss?.trim() === lossWords(id)) return;
  throw new RoomError(
    'conflict',
    `Machine ${id} was not destroyed: what is on its disk may be nowhere else. ${unsaved}`,
    {
      hint: `Pull it again: snapshots.pull {"instanceId":"${id}"}, and push what it gives where a bucket is set up. To lose what is missing, say "confirmLoss": "${lossWords(id)}".`,
    },
  );
}

const lossWords = (id: string): string => `lose ${id}`;

async function sendDestroy(id: string, context: JobContext, deps: ActionDeps): Promise<void> {
  try {
    await deps.fleet.client.destroy(id, context.signal);
  } catch (thrown) {
    if (saysGone(thrown)) return;
    const { code, message } = toErrorPayload(thrown);
    if (code !== 'provider_unreachable' && code !== 'rate_limited') throw thrown;
    context.detail(`${message} Reading whether it was taken all the same.`);
  }
}
