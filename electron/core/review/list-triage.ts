import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import type { TriageItem } from '#shared/contract/triage.ts';
import { triageKinds } from '#shared/rules/triage.ts';
import type { Database } from '../db/database.ts';

/** A page of what waits for a person: by the most urgent reason, then the run seen last, then by name. */
export async function listTriage(
  { kinds, runId, offset, limit }: MethodParsedInput<'triage.list'>,
  database: Database,
): Promise<MethodOutput<'triage.list'>> {
  const all = await database.read('triage.all', { runId: runId ?? null });
  const isAsked = (item: TriageItem): boolean =>
    kinds === undefined || item.reasons.some((reason) => kinds.includes(reason.kind));
  const rankOf = ({ reasons }: TriageItem): number => triageKinds.indexOf(reasons[0]!.kind);
  const matching = all
    .filter(isAsked)
    .toSorted(
      (a, b) =>
        rankOf(a) - rankOf(b) ||
        (a.seenAt < b.seenAt ? 1 : a.seenAt > b.seenAt ? -1 : 0) ||
        a.runName.localeCompare(b.runName) ||
        (a.path ?? '').localeCompare(b.path ?? ''),
    );
  const counts = Object.fromEntries(
    triageKinds.map((kind) => [kind, all.filter(({ reasons }) => reasons.some((it) => it.kind === kind)).length]),
  ) as MethodOutput<'triage.list'>['counts'];
  return {
    items: matching.slice(offset, offset + limit),
    matchCount: matching.length,
    counts,
    totalCount: all.length,
  };
}
