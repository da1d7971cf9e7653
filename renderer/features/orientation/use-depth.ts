import { useMemo } from 'react';
import type { Job } from '#shared/model/job.ts';
import { isJobOver } from '#shared/model/job.ts';
import type { OrientationCounts, OrientationItem } from '#shared/model/orientation.ts';
import type { RoomError } from '#shared/errors.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { showError } from '../../ui/toast-store.ts';

export type Depth = {
  /** Null while it is read for the first time, or when it could not be. */
  readonly items: readonly OrientationItem[] | null;
  readonly counts: OrientationCounts | null;
  readonly error: RoomError | null;
  /** A check of this run, of one of its clips or of everything new. */
  readonly running: Job | null;
  /** The newest check that ended without verdicts, while clips are not checked. */
  readonly failed: Job | null;
  readonly canCheck: boolean;
  check(clipId?: string): void;
};

const newestJobs = 50;

/** What stands of the depth of a run's clips, and how a check of them goes. */
export function useDepth(runId: string): Depth {
  const { call } = useRoom();
  const connection = useConnection();
  const list = useRoomQuery('orientation.list', { runId });
  const jobs = useRoomQuery('jobs.list', { kinds: ['orientation.check'], limit: newestJobs });
  const items = list.data?.items ?? null;
  const isUnchecked = (list.data?.counts.not_checked ?? 0) > 0;
  const own = useMemo(() => {
    // What is new may be in other runs: it is of this one while something here is not checked.
    const subjects = new Set([`run ${runId}`, ...(items ?? []).map((item) => `clip ${item.clipId}`)]);
    if (isUnchecked) subjects.add('new clips');
    return (jobs.data?.items ?? []).filter((job) => subjects.has(job.subject));
  }, [jobs.data, items, runId, isUnchecked]);
  const running = own.find((job) => !isJobOver(job.state)) ?? null;
  const newest = own[0];
  return {
    items,
    counts: list.data?.counts ?? null,
    error: list.error,
    running,
    failed: isUnchecked && newest !== undefined && newest.error !== null ? newest : null,
    canCheck: connection.kind === 'open' && running === null && (items?.length ?? 0) > 0,
    check: (clipId) => {
      call('orientation.check', clipId === undefined ? { runId } : { clipId }).catch((thrown: unknown) =>
        showError('Depth not checked', thrown),
      );
    },
  };
}
