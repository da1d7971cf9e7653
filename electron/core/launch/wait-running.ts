import { RoomError } from '#shared/errors.ts';
import type { InstancePhase } from '#shared/model/instance.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { entryOf, readUntil, type ActionDeps } from '../instances/action.ts';
import { readPhase } from '../instances/view.ts';
import { usd } from './words.ts';

export type Running = { readonly phase: InstancePhase; readonly because: string };

/** A new row can be read within seconds; one that is absent for longer is gone. */
const absentPatienceMs = 60_000;
/** Phases that do not become `running` by waiting. */
const ended: ReadonlySet<InstancePhase> = new Set(['stopped', 'outbid', 'crashed', 'destroying', 'frozen']);
/** What a host says when the image or its start failed; such a machine stays where it is. */
const startFailed =
  /error response from daemon|oci runtime create failed|pull access denied|unable to find image|manifest unknown|insufficient free disk|no space left/i;

/**
 * Waits until the machine of a launch runs. @throws RoomError still_billed when it does not in time or can not
 * any more, with what is billed meanwhile.
 */
export async function waitUntilRunning(
  id: string,
  timeoutMs: number,
  context: JobContext,
  deps: ActionDeps,
): Promise<Running> {
  const startedAt = deps.timer.now();
  return readUntil<Running>(id, context, deps, timeoutMs, async (read, isLast) => {
    if (read instanceof RoomError) {
      context.detail(read.message);
      if (isLast) throw await notRunning(id, null, read.message, timeoutMs, deps);
      return null;
    }
    if (read.kind === 'absent') {
      context.detail('The provider does not show it yet.');
      if (isLast || deps.timer.now() - startedAt > absentPatienceMs)
        throw new RoomError(
          'could_not_tell',
          `Machine ${id} was made and the provider does not show it: it may have been destroyed elsewhere, or bill unseen.`,
          { hint: 'Look at the web console of the provider.' },
        );
      return null;
    }
    const now = new Date(deps.now()).toISOString();
    const { phase, because } = readPhase(read.instance, await entryOf(id, deps), now);
    const said = read.instance.statusMessage;
    context.detail(said === null ? because : `${because} The host says: ${said}`);
    if (phase === 'running') return { phase, because };
    const isStuck = phase !== 'restarting' && said !== null && startFailed.test(said);
    if (isLast || ended.has(phase) || isStuck)
      throw await notRunning(id, phase, said === null ? because : `${because} The host says: ${said}`, timeoutMs, deps);
    return null;
  });
}

/** What a machine costs now, in words: from its newest row. */
export async function billedWords(id: string, deps: Pick<ActionDeps, 'database' | 'now'>): Promise<string> {
  const entry = await deps.database.read('instances.entry', { id });
  if (entry === null) return 'What it costs was not read yet: count it as billed.';
  const { burn } = readPhase(entry.instance, entry, new Date(deps.now()).toISOString());
  return `It costs ${usd(burn.ratePerHourUsd)} an hour now (${burn.because}) and ${usd(entry.instance.runningRatePerHourUsd)} while it runs.`;
}

export const whatToDo = (id: string): string =>
  `Destroy it: instances.destroy {"id": "${id}", "confirm": "${id}"}. Or stop it, which keeps its disk and the costs of it.`;

async function notRunning(
  id: string,
  phase: InstancePhase | null,
  because: string,
  timeoutMs: number,
  deps: ActionDeps,
): Promise<RoomError> {
  const minutes = Math.round(timeoutMs / 60_000);
  return new RoomError(
    'still_billed',
    `Machine ${id} was made and does not run (${phase ?? 'not read'}${phase !== null && ended.has(phase) ? '' : `, waited up to ${minutes} min`}). ${because} ${await billedWords(id, deps)}`,
    { hint: whatToDo(id), details: { instanceId: id } },
  );
}
