import { useMemo, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunDetail } from '#shared/model/run.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import type { Depth } from '../orientation/use-depth.ts';
import { ConvertClips } from './convert-clips.tsx';
import { ClipGrid, ContactSheet } from './clip-grid.tsx';
import { FileList } from './file-list.tsx';

export type ClipTab = 'clips' | 'sheet' | 'files';
const mostClips = 5_000;

/** The clips of a run, by source clip or as a sheet, and all of its files. */
export function ClipsRegion({
  run,
  depth,
  tab,
  onTab,
}: {
  readonly run: RunDetail;
  readonly depth: Depth;
  readonly tab: ClipTab;
  readonly onTab: (tab: ClipTab) => void;
}): ReactNode {
  const clips = useRoomQuery('clips.list', { runId: run.id, limit: mostClips });
  // The list was made when the folder was last looked for; the run itself has just been looked for.
  const items = useMemo(
    () =>
      (clips.data?.items ?? []).map((clip) =>
        run.filesMissing && clip.convertedMediaId === null ? { ...clip, isPresent: false } : clip,
      ),
    [clips.data, run.filesMissing],
  );
  const depthOf = useMemo(() => new Map(depth.items?.map((item) => [item.clipId, item])), [depth.items]);
  const asCopy = items.filter((clip) => !clip.playable && clip.convertedMediaId !== null).length;
  const playable = items.filter((clip) => clip.playable && clip.isPresent).length + asCopy;
  const sources = new Set(items.map((clip) => clip.clipName).filter((name) => name !== null)).size;
  const variants = new Set(items.map((clip) => clip.variantName).filter((name) => name !== null)).size;
  return (
    <section className="region clips" aria-label="Clips and files">
      <div className="sechead">
        <h2>{tab === 'files' ? 'Files' : 'Clips'}</h2>
        <span className="t3 s11 trunc tn">
          {clips.data === undefined
            ? ''
            : `${playable} of ${items.length} playable${asCopy === 0 ? '' : `, ${asCopy} as H.264 copies`}, ${plural(sources, 'source clip')}, ${plural(variants, 'variant')}`}
        </span>
        <span className="sp" />
        {tab === 'files' ? null : <ConvertClips clips={items} />}
        <Segmented
          label="Show clips as"
          size="small"
          value={tab}
          onChange={onTab}
          options={[
            { value: 'clips', label: 'By clip' },
            { value: 'sheet', label: 'Contact sheet' },
            { value: 'files', label: 'Files' },
          ]}
        />
      </div>
      {tab === 'files' ? (
        <FileList runId={run.id} />
      ) : clips.data === undefined ? (
        clips.error === null ? (
          <Reading what="Reading clips" />
        ) : (
          <ErrorState inline title="Clips could not be read" error={clips.error} />
        )
      ) : items.length === 0 ? (
        <EmptyState lead="This run has no clips.">
          Its folder holds no video file.{' '}
          <Link href="?tab=files" className="link">
            Show its files
          </Link>
        </EmptyState>
      ) : tab === 'clips' ? (
        <ClipGrid clips={items} depth={depthOf} />
      ) : (
        <ContactSheet clips={items} depth={depthOf} />
      )}
    </section>
  );
}
