import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Clip } from '#shared/model/clip.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { formatPercent, plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError } from '../../ui/toast-store.ts';

const mostJobs = 1000;

function clipIdOf(job: Job): string | null {
  const { input } = job;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return null;
  return typeof input['id'] === 'string' ? input['id'] : null;
}

/** Clips that can not be decoded here and have no copy that can. */
export function clipsToConvert<C extends Clip>(clips: readonly C[]): readonly C[] {
  return clips.filter((clip) => clip.isPresent && !clip.playable && clip.convertedMediaId === null);
}

/** Makes copies of the clips that can not be decoded, one job each, and tells how far that is. */
export function ConvertClips({ clips }: { readonly clips: readonly Clip[] }): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  const waiting = clipsToConvert(clips);
  const jobs = useRoomQuery(
    'jobs.list',
    { kinds: ['clips.convert'], limit: mostJobs },
    { enabled: waiting.length > 0 },
  );
  if (waiting.length === 0) return null;
  const ids = new Set(waiting.map((clip) => clip.id));
  // Newest first: only the last try of a clip tells how it stands.
  const newest = new Map<string, Job>();
  for (const job of jobs.data?.items ?? []) {
    const id = clipIdOf(job);
    if (id !== null && ids.has(id) && !newest.has(id)) newest.set(id, job);
  }
  const active = [...newest.values()].filter((job) => !isJobOver(job.state));
  const failed = [...newest.values()].filter((job) => job.state === 'failed' || job.state === 'interrupted');
  const running = active.find((job) => job.state === 'running');
  const convert = async (): Promise<void> => {
    try {
      for (const clip of waiting)
        if (!active.includes(newest.get(clip.id)!)) await call('clips.convert', { id: clip.id });
    } catch (thrown) {
      showError('Not converted', thrown);
    }
  };
  return (
    <>
      {failed.length === 0 ? null : (
        <Link href={addressOf.job(failed[0]!.id)} title={failed[0]!.error?.message}>
          <StateMark shape="fail" word={`${failed.length} not converted`} />
        </Link>
      )}
      {active.length > 0 ? (
        <Link href={addressOf.jobs} className="row converting">
          <StateMark shape="running" word={`Converting ${plural(active.length, 'clip')}`} />
          {running?.progress?.total == null ? null : (
            <span className="num s11 t3">{formatPercent(running.progress.done, running.progress.total)}</span>
          )}
        </Link>
      ) : (
        <Button
          size="small"
          disabled={connection.kind !== 'open'}
          title="Makes H.264 copies that can be shown here. The originals are not touched"
          onClick={() => void convert()}
        >
          Convert {plural(waiting.length, 'clip')}
        </Button>
      )}
    </>
  );
}
