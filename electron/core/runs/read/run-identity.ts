import { join } from 'node:path/posix';
import type { AttemptFacts } from '#shared/rules/attempts.ts';
import type { RunIdentity } from '#shared/rules/identity.ts';
import { flagOf, isoTimeOf, numberOf, textOf, type Loose } from '#shared/rules/loose.ts';
import { machineFolderOf } from '#shared/rules/re-root.ts';
import { timestampOf, type StageResult } from '#shared/rules/stage-sources.ts';
import { strayName } from './duplicate-roots.ts';
import type { FoundRunRoot, RunRecord } from './record.ts';
import { pathBelowWorkDir, topFolderName } from './snapshot-of.ts';

export type IdentityFacts = {
  readonly found: FoundRunRoot;
  readonly facilityIds: readonly string[];
  readonly summary: Loose | null;
  readonly results: readonly StageResult[];
  /** Oldest first, in UTC. */
  readonly attempts: readonly AttemptFacts[];
  /** Folder that the run's own JSON says it lay in; null when it says none. */
  readonly folderInJson: string | null;
};

/** What makes this run this run; see `isSameRun`. */
export function identify(facts: IdentityFacts): RunRecord['identity'] {
  const { found } = facts;
  const instanceId = found.snapshot?.instanceId ?? found.instanceId;
  return {
    owner: instanceId ?? `local:${topFolderName(found.root)}`,
    instanceId,
    remoteWorkDir: remoteWorkDirOf(found) ?? facts.folderInJson,
    facilityIds: facts.facilityIds.toSorted(),
    ...firstFreshStart(facts),
  };
}

/** The manifest's work dir plus the way from there to the run root; a stray level of a lost probe is passed over. */
export function remoteWorkDirOf(found: FoundRunRoot): string | null {
  const base = found.snapshot?.remoteWorkDir ?? null;
  if (base === null || found.snapshot === null) return null;
  const below = pathBelowWorkDir(found.snapshot.folder, found.root);
  if (below === null || below === '') return base;
  const parts = below.split('/');
  if (parts[0] === strayName(base)) parts.shift();
  return join(base, ...parts);
}

/**
 * Start of the attempt that the folder's results begin with: the summary's when its attempt was fresh and no
 * later one began afresh, else the latest fresh attempt of the logs, else the earliest stage's start.
 */
function firstFreshStart(facts: IdentityFacts): Pick<RunIdentity, 'firstFreshStartAt' | 'startSource'> {
  const fresh =
    facts.attempts.findLast((attempt) => attempt.mode === 'fresh' && attempt.startedAt !== null)?.startedAt ?? null;
  const summaryStart = isoTimeOf(textOf(facts.summary, 'run_started_at'));
  const summaryEnd = isoTimeOf(textOf(facts.summary, 'run_finished_at'));
  const isFresh =
    textOf(facts.summary, 'run_mode') === 'fresh' ||
    (textOf(facts.summary, 'run_mode') === null && flagOf(facts.summary, 'resume_from_results') === false);
  if (summaryStart !== null && isFresh) {
    const beganAfresh = fresh !== null && summaryEnd !== null && Date.parse(fresh) > Date.parse(summaryEnd) + 5_000;
    if (!beganAfresh) return { firstFreshStartAt: summaryStart, startSource: 'summary' };
  }
  if (fresh !== null) return { firstFreshStartAt: fresh, startSource: 'log' };
  let earliestMs: number | null = null;
  for (const result of facts.results) {
    const end = timestampOf(result.data);
    if (end === null) continue;
    const startMs = Date.parse(end) - (numberOf(result.data, 'elapsed_seconds') ?? 0) * 1000;
    if (earliestMs === null || startMs < earliestMs) earliestMs = startMs;
  }
  if (earliestMs !== null) return { firstFreshStartAt: new Date(earliestMs).toISOString(), startSource: 'stages' };
  return { firstFreshStartAt: null, startSource: 'none' };
}

/** The folder most of a run's absolute paths say it lay in. */
export function folderInJsonOf(
  summary: Loose | null,
  results: readonly StageResult[],
  facilityIds: readonly string[],
): string | null {
  const votes = new Map<string, number>();
  const vote = (value: unknown): void => {
    if (typeof value !== 'string') return;
    const folder = machineFolderOf(value, facilityIds);
    // The pipeline's inputs and data sets lie below folders of a facility's name too.
    if (folder !== null && !folder.endsWith('/policy_datasets')) votes.set(folder, (votes.get(folder) ?? 0) + 1);
  };
  for (const result of results) {
    const outputs = result.data['outputs'];
    if (typeof outputs === 'object' && outputs !== null) Object.values(outputs).forEach(vote);
  }
  const stages = summary?.['stages'];
  if (typeof stages === 'object' && stages !== null) {
    for (const stage of Object.values(stages) as unknown[]) {
      const provenance = typeof stage === 'object' && stage !== null ? (stage as Loose)['provenance'] : null;
      if (typeof provenance === 'object' && provenance !== null) vote((provenance as Loose)['result_path']);
    }
  }
  return [...votes].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
