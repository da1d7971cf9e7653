import { useMemo, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { ClipWithRun } from '#shared/model/clip.ts';
import type { OrientationItem } from '#shared/model/orientation.ts';
import { addressOf } from '../../shell/links.ts';
import { classes } from '../../ui/classes.ts';
import { plural } from '../../ui/format.ts';
import { DepthTileMark } from '../orientation/depth-tile-mark.tsx';
import { ClipPoster } from './clip-poster.tsx';
import { clipGroup, clipTitle, clipVersion, roleOrder } from './clip-words.ts';

/** What stands of the depth of enriched clips, by clip id; empty while it is read. */
type DepthByClip = ReadonlyMap<string, OrientationItem>;

type Grid = {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, readonly ClipWithRun[]>>;
};

/** Rows are source clips, columns are what was made of them, from the render to what was judged. */
export function arrangeClips(clips: readonly ClipWithRun[]): Grid {
  const sorted = clips.toSorted(
    (a, b) =>
      roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role) ||
      (a.variantName ?? '').localeCompare(b.variantName ?? '') ||
      (a.clipName ?? '\uffff').localeCompare(b.clipName ?? '\uffff') ||
      a.path.localeCompare(b.path),
  );
  const columns = [...new Set(sorted.map(clipVersion))];
  const rows = new Map<string, Map<string, ClipWithRun[]>>();
  for (const clip of sorted.toSorted((a, b) => (a.clipName ?? '\uffff').localeCompare(b.clipName ?? '\uffff'))) {
    const row = rows.get(clipGroup(clip)) ?? new Map<string, ClipWithRun[]>();
    rows.set(clipGroup(clip), row);
    row.set(clipVersion(clip), [...(row.get(clipVersion(clip)) ?? []), clip]);
  }
  return { columns, rows };
}

function frameWords(clip: ClipWithRun): string {
  const own = clip.frameCount;
  if (own === null) return 'frames unknown';
  const source = clip.trim?.sourceFrameCount ?? null;
  return source !== null && source !== own ? `${own} of ${source}` : plural(own, 'frame');
}

/** One clip as a picture with its frames and what is wrong with it. */
export function ClipTile({
  clip,
  depth,
  caption,
}: {
  readonly clip: ClipWithRun;
  readonly depth: DepthByClip;
  readonly caption: 'frames' | 'name';
}): ReactNode {
  const flag = clip.flags[0];
  return (
    <figure className="tile">
      <Link href={addressOf.clip(clip.id)} aria-label={`Open clip ${clipTitle(clip)}`} title={clip.path}>
        <ClipPoster clip={clip} />
      </Link>
      <figcaption>
        <span className="trunc tn">{caption === 'frames' ? frameWords(clip) : clipTitle(clip)}</span>
        {flag === undefined ? (
          clip.playable || clip.convertedMediaId === null ? null : (
            <span title={clip.unplayableBecause ?? undefined}>H.264 copy</span>
          )
        ) : (
          <span
            className={classes(
              'trunc',
              flag.code === 'missing_on_disk' || flag.code === 'carry_over' ? 'warn' : 'fail',
            )}
            title={flag.message}
          >
            {flag.code.replaceAll('_', ' ')}
          </span>
        )}
      </figcaption>
      {clip.role === 'enriched' ? <DepthTileMark item={depth.get(clip.id)} /> : null}
    </figure>
  );
}

type ClipsWithDepth = { readonly clips: readonly ClipWithRun[]; readonly depth: DepthByClip };

export function ClipGrid({ clips, depth }: ClipsWithDepth): ReactNode {
  const grid = useMemo(() => arrangeClips(clips), [clips]);
  return (
    <div
      className="mx scroll"
      style={{ gridTemplateColumns: `86px repeat(${grid.columns.length}, minmax(104px, 220px))` }}
      tabIndex={0}
      role="region"
      aria-label="Clips by source clip"
    >
      <span className="h">Clip</span>
      {grid.columns.map((column) => (
        <span key={column} className="h" title={column}>
          <span className="trunc">{column}</span>
        </span>
      ))}
      {[...grid.rows].map(([group, row]) => (
        <div key={group} className="mxrow">
          <div className="name">
            <span className="w5 wrap-any">{group}</span>
            <div className="why">{plural([...row.values()].flat().length, 'clip')}</div>
          </div>
          {grid.columns.map((column) => {
            const here = row.get(column) ?? [];
            return (
              <div key={column} className="col" style={{ gap: 6 }}>
                {here.length === 0 ? (
                  <span className="absent">none</span>
                ) : (
                  here.map((clip) => <ClipTile key={clip.id} clip={clip} depth={depth} caption="frames" />)
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

export function ContactSheet({ clips, depth }: ClipsWithDepth): ReactNode {
  return (
    <div className="contact scroll" tabIndex={0} role="region" aria-label="Contact sheet">
      {clips.map((clip) => (
        <ClipTile key={clip.id} clip={clip} depth={depth} caption="name" />
      ))}
    </div>
  );
}
