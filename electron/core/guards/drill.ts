import { hostname } from 'node:os';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { DrillView } from '#shared/model/guard.ts';
import { proveStop, type StopRead } from '#shared/rules/stop-proof.ts';
import type { Database } from '../db/database.ts';
import { checkTyped, readUntil, withLedger, type ActionDeps } from '../instances/action.ts';
import { toStopRead } from '../instances/stop-read.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { LeaseShell } from './lease-shell.ts';

type DrillDeps = { readonly action: ActionDeps; readonly lease: LeaseShell; readonly database: Database };

/** The daemon waits up to five minutes for a running pipeline. */
const fullDrillSeconds = 600;

/**
 * Fire drill. `key`: the machine's own key is tried from inside with a start, which changes nothing on a
 * running machine. `full`: the lease is asked for a stop, and only reading back says whether it came; this
 * room sends none. Either way the outcome is on record.
 * @throws RoomError provider_refused when the key was not taken, still_billed when the stop did not come.
 */
export async function drillMachine(
  input: MethodParsedInput<'shutdown.drill'>,
  context: JobContext,
  deps: DrillDeps,
): Promise<MethodOutput<'shutdown.drill'>> {
  const { id } = input;
  if (input.kind === 'full') checkTyped(id, input.confirm, 'A full drill ends what runs there: stopping');
  await context.step('Try its key from inside', async () => {
    const { isPassed, words } = await deps.lease.drill(id, context.signal);
    context.detail(words);
    if (isPassed) return;
    await record({ id, state: 'failed', because: words, actor: 'drill' }, deps);
    throw new RoomError(
      'provider_refused',
      `The fire drill of machine ${id} failed: its lease can not stop it. ${words}`,
      {
        hint: 'No run is launched there. Restart the machine with our onstart, or take it in your name with shutdown.override.',
      },
    );
  });
  if (input.kind === 'key') {
    const because = 'Its own key started it from inside, and the provider took it.';
    return { id, drill: await record({ id, state: 'passed', because, actor: 'drill' }, deps) };
  }
  return { id, drill: await stopThroughLease(input, context, deps) };
}

async function stopThroughLease(
  { id, timeoutSeconds }: MethodParsedInput<'shutdown.drill'>,
  context: JobContext,
  deps: DrillDeps,
): Promise<DrillView> {
  const { action } = deps;
  const timeoutMs = (timeoutSeconds ?? fullDrillSeconds) * 1000;
  const reads: StopRead[] = [];
  try {
    const proof = await withLedger({ id, kind: 'drill', asked: 'stopped' }, context, action, async () => {
      const askedAt = new Date(action.timer.now()).toISOString();
      await context.step('Ask the daemon for a stop', () => deps.lease.requestStop(id, 'drill', context.signal));
      return context.step('Read back until it is proved', () =>
        readUntil(id, context, action, timeoutMs, async (read, isLast) => {
          const now = new Date(action.timer.now()).toISOString();
          reads.push(toStopRead(read, now));
          const verdict = proveStop(reads, { askedAt, now, patienceMs: isLast ? 0 : timeoutMs });
          context.detail(verdict.because);
          if (verdict.verdict === 'stopped') return verdict;
          if (!isLast) return null;
          throw new RoomError('still_billed', `The lease of machine ${id} did not stop it. ${verdict.because}`, {
            hint: 'Stop it with instances.stop. Its lease is not to be relied on.',
          });
        }),
      );
    });
    const because = `Stopped through its lease. ${proof.because}`;
    return await record({ id, state: 'passed', because, actor: 'drill' }, deps);
  } catch (thrown) {
    if (thrown instanceof RoomError && !context.signal.aborted)
      await record({ id, state: 'failed', because: thrown.message, actor: 'drill' }, deps);
    throw thrown;
  }
}

/** A person takes a machine without a passed drill, in their name. */
export const overrideDrill = (
  { id, name, note }: MethodParsedInput<'shutdown.override'>,
  actor: string,
  deps: Pick<DrillDeps, 'action' | 'database'>,
): Promise<DrillView> =>
  record({ id, state: 'overridden', because: `${name} takes it without a passed drill: ${note}`, actor }, deps);

async function record(
  drill: {
    readonly id: string;
    readonly state: 'passed' | 'failed' | 'overridden';
    readonly because: string;
    readonly actor: string;
  },
  deps: Pick<DrillDeps, 'action' | 'database'>,
): Promise<DrillView> {
  const { id, state, because, actor } = drill;
  const at = new Date(deps.action.now()).toISOString();
  const drilled = { instanceId: id, state, because };
  await deps.database.write('guards.drilled', { hostKey: hostname(), actor, wallTime: at, drilled });
  return { state, at, because };
}
