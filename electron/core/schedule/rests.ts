import type { InstancePhase } from '#shared/model/instance.ts';
import type { Stretch } from '#shared/rules/slots.ts';
import type { StoreContext } from '../db/store-context.ts';

/** Nothing of the machine runs in these, so that there was nothing to copy. */
const restingPhases: ReadonlySet<InstancePhase> = new Set(['stopped', 'scheduling', 'outbid', 'crashed']);

/**
 * When a machine is known not to have run: from one look that found it at rest to the last one in a row that did.
 * What lies between a look at rest and one that found it running is not known, and is no rest.
 */
export function readRests(
  { sql }: StoreContext,
  input: { readonly instanceId: string; readonly fromMs: number; readonly untilMs: number },
): Stretch[] {
  const looks = sql.all<{ at: string; phase: string }>(
    `SELECT at, phase FROM instance_sample WHERE instance_id = :id AND at <= :until
       AND at >= coalesce((SELECT max(at) FROM instance_sample WHERE instance_id = :id AND at <= :from), :from)
     ORDER BY at`,
    {
      id: input.instanceId,
      from: new Date(input.fromMs).toISOString(),
      until: new Date(input.untilMs).toISOString(),
    },
  );
  const rests: { fromMs: number; untilMs: number }[] = [];
  let isResting = false;
  for (const { at, phase } of looks) {
    const atMs = Date.parse(at);
    const wasResting = isResting;
    isResting = restingPhases.has(phase as InstancePhase);
    if (!isResting) continue;
    if (wasResting) rests.at(-1)!.untilMs = atMs;
    else rests.push({ fromMs: atMs, untilMs: atMs });
  }
  return rests;
}
