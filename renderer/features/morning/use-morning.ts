import { useMemo } from 'react';
import type { RoomError } from '#shared/errors.ts';
import type { Decision } from '#shared/model/decision.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { RunListItem } from '#shared/model/run.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { lastSignMs } from './run-lines.tsx';

const mostRuns = 500;
const mostJobs = 500;

/** Runs of a list without a verdict, with how many there are at least. */
export type OpenRuns = { readonly items: readonly RunListItem[]; readonly count: number };

export type Morning = {
  readonly jobs: readonly Job[];
  readonly jobCount: number;
  /** The newest import that ended; null when none has. */
  readonly lastImport: Job | null;
  readonly decisions: readonly Decision[];
  readonly runCount: number;
  readonly finishedCount: number;
  /** Failed, cut off, running or unknown, and without a verdict. */
  readonly heldRuns: OpenRuns;
  /** Finished and without a verdict. */
  readonly reviewRuns: OpenRuns;
  readonly knownRuns: readonly RunListItem[];
  /** When the oldest of the answers was read. */
  readonly readAtMs: number;
};

function withoutVerdict(
  list: { readonly items: readonly RunListItem[]; readonly matchCount: number },
  judged: ReadonlySet<string>,
): OpenRuns {
  const items = list.items.filter((run) => !judged.has(run.id)).toSorted((a, b) => lastSignMs(b) - lastSignMs(a));
  return { items, count: items.length + Math.max(0, list.matchCount - list.items.length) };
}

/** Everything the page asks of the room, as one answer: null until all of it was read once. */
export function useMorning(): {
  readonly morning: Morning | null;
  readonly error: RoomError | null;
  readonly retry: () => void;
} {
  const jobs = useRoomQuery('jobs.list', { limit: mostJobs });
  const imports = useRoomQuery('jobs.list', {
    kinds: ['runs.import'],
    states: ['succeeded', 'failed', 'cancelled', 'interrupted'],
    limit: 1,
  });
  const decisions = useRoomQuery('decisions.list', {});
  const held = useRoomQuery('runs.list', { status: ['failed', 'cut_off', 'running', 'unknown'], limit: mostRuns });
  const finished = useRoomQuery('runs.list', { status: ['success'], limit: mostRuns });
  const queries = [jobs, imports, decisions, held, finished];
  const readAtMs = Math.min(...queries.map((query) => query.dataUpdatedAt));
  const morning = useMemo((): Morning | null => {
    if (!jobs.data || !imports.data || !decisions.data || !held.data || !finished.data) return null;
    const judged = new Set(
      decisions.data.items.flatMap(({ subject, value }) =>
        subject.kind === 'run' && value.kind === 'verdict' ? [subject.runId] : [],
      ),
    );
    return {
      jobs: jobs.data.items,
      jobCount: jobs.data.totalCount,
      lastImport: imports.data.items.find((job) => isJobOver(job.state)) ?? null,
      decisions: decisions.data.items,
      runCount: held.data.totalCount,
      finishedCount: finished.data.matchCount,
      heldRuns: withoutVerdict(held.data, judged),
      reviewRuns: withoutVerdict(finished.data, judged),
      knownRuns: [...held.data.items, ...finished.data.items],
      readAtMs,
    };
  }, [jobs.data, imports.data, decisions.data, held.data, finished.data, readAtMs]);
  return {
    morning,
    error: queries.find((query) => query.error !== null)?.error ?? null,
    retry: () => {
      for (const query of queries) void query.refetch();
    },
  };
}
