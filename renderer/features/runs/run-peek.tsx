import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunListItem } from '#shared/model/run.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { formatBytes, formatDuration, formatMoment, plural } from '../../ui/format.ts';
import { useDebounced } from '../../ui/use-debounced.ts';
import { useNow } from '../../ui/use-now.ts';
import { VerdictEvidence } from '../../ui/verdict.tsx';
import { ClipPoster } from '../run/clip-poster.tsx';
import { clipTitle } from '../run/clip-words.ts';

const postersShown = 4;
const settleMs = 120;

/** What the table has no room for, from the row itself. */
function Facts({ run }: { readonly run: RunListItem }): ReactNode {
  const nowMs = useNow(60_000);
  const facts = [
    run.clipCount === null ? 'clips not counted' : plural(run.clipCount, 'clip'),
    run.elapsedSeconds === null ? null : formatDuration(run.elapsedSeconds),
    run.sizeBytes === null ? null : formatBytes(run.sizeBytes),
    run.instanceId === null ? 'no instance' : `machine ${run.instanceId}`,
    run.facilityIds.length > 2
      ? `${run.facilityIds.slice(0, 2).join(', ')} and ${run.facilityIds.length - 2} more`
      : run.facilityIds.join(', '),
  ].filter((fact) => fact !== null && fact !== '');
  return (
    <div className="why tn facts" title={run.facilityIds.join(', ')}>
      {facts.join(', ')}. Seen in {plural(run.observationCount, 'place')}, last {formatMoment(run.lastSeenAt, nowMs)}
      {run.filesMissing ? '. Its folder is not reachable now' : ''}
    </div>
  );
}

function Posters({ runId }: { readonly runId: string }): ReactNode {
  const clips = useRoomQuery('clips.list', { runId, role: ['enriched'], limit: postersShown }, { keepPrevious: true });
  if (clips.data === undefined) return null;
  if (clips.data.items.length === 0) return <p className="why">No enriched clips in this run</p>;
  return (
    <div className="thumbs">
      {clips.data.items.map((clip) => (
        <figure key={clip.id}>
          <Link href={addressOf.clip(clip.id)} aria-label={`Open clip ${clipTitle(clip)}`}>
            <ClipPoster clip={clip} />
          </Link>
          <figcaption className="trunc" title={clipTitle(clip)}>
            {clipTitle(clip)}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** The evidence behind the three verdicts of the chosen run, and its first enriched clips. */
export function RunPeek({ run }: { readonly run: RunListItem | null }): ReactNode {
  // Holding an arrow key runs through the list; only where it stops is worth asking about.
  const runId = useDebounced(run?.id ?? null, settleMs);
  const detail = useRoomQuery('runs.get', { id: runId ?? '' }, { enabled: runId !== null });
  const verdicts = detail.data !== undefined && detail.data.id === run?.id ? detail.data.verdicts : null;
  if (run === null)
    return <aside className="peek none why">Choose a run to see the evidence behind its verdicts</aside>;
  return (
    <aside className="peek" aria-label={`Evidence for ${run.name}`}>
      <div>
        <h2>Status</h2>
        <VerdictEvidence
          fact={{ of: 'status', state: run.status, label: run.labels.status }}
          evidence={verdicts?.status.evidence ?? null}
        />
      </div>
      <div>
        <h2>Gates</h2>
        <VerdictEvidence
          fact={{ of: 'gates', state: run.gates, label: run.labels.gates }}
          evidence={verdicts?.gates.evidence ?? null}
        />
      </div>
      <div>
        <h2>Provenance</h2>
        <VerdictEvidence
          fact={{ of: 'provenance', state: run.provenance, label: run.labels.provenance }}
          evidence={verdicts?.provenance.evidence ?? null}
        />
      </div>
      <div>
        <Facts run={run} />
        {runId === null ? null : <Posters runId={runId} />}
      </div>
    </aside>
  );
}
