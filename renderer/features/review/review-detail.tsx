import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { TriageItem } from '#shared/contract/triage.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { ClipPoster } from '../run/clip-poster.tsx';
import { reasonMarks, titleOf } from './review-words.ts';
import type { Verdict } from './use-verdicts.ts';

/** The chosen clip as a picture, every reason why it waits, and what can be said of it. */
export function ReviewDetail({
  item,
  isCut,
  onVerdict,
  onCheckDepth,
}: {
  readonly item: TriageItem;
  /** Nothing can be recorded while the engine is away. */
  readonly isCut: boolean;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onCheckDepth: () => void;
}): ReactNode {
  const title = isCut ? 'The engine is not connected' : undefined;
  return (
    <aside className="insp scroll" tabIndex={0} aria-label="The chosen item">
      <section>
        <h2>
          <span className="trunc">{titleOf(item)}</span>
        </h2>
        {item.clipId === null ? null : <Picture clipId={item.clipId} />}
        <ul className="lines">
          {item.reasons.map(({ kind, because }) => (
            <li key={`${kind} ${because}`} className="reason">
              <StateMark {...reasonMarks[kind]} />
              <span className="t2 wrap-any">{because}</span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>
          Verdict
          <span className="src">{item.clipId === null ? 'of the run' : 'of these bytes'}, kept as an event</span>
        </h2>
        <div className="row">
          <Button disabled={isCut} title={title ?? 'Accept (A)'} onClick={() => onVerdict('accepted')}>
            Accept
          </Button>
          <Button disabled={isCut} title={title ?? 'Unsure (U)'} onClick={() => onVerdict('unsure')}>
            Unsure
          </Button>
          <Button disabled={isCut} title={title ?? 'Reject (X)'} onClick={() => onVerdict('rejected')}>
            Reject
          </Button>
        </div>
      </section>
      <section>
        <h2>Look at it</h2>
        <div className="row wrap">
          {item.clipId === null ? null : (
            <>
              <Link className="btn" href={addressOf.clip(item.clipId)} title="Open the clip (Return)">
                Clip
              </Link>
              <Link className="btn" href={addressOf.compare(item.clipId)} title="Compare it (C)">
                Compare
              </Link>
              {item.role === 'enriched' ? (
                <Button disabled={isCut} title={title ?? 'Check its depth (D)'} onClick={onCheckDepth}>
                  Check depth
                </Button>
              ) : null}
            </>
          )}
          <Link className="btn" href={addressOf.run(item.runId)}>
            Run
          </Link>
        </div>
      </section>
      <section>
        <dl className="kv">
          <dt>Run</dt>
          <dd className="wrap-any">{item.runName}</dd>
          {item.path === null ? null : (
            <>
              <dt>File</dt>
              <dd>
                <Copyable text={item.path} label="path in the run" />
              </dd>
            </>
          )}
          <dt>{item.clipId === null ? 'Run id' : 'Clip id'}</dt>
          <dd>
            <Copyable text={item.clipId ?? item.runId} label={item.clipId === null ? 'run id' : 'clip id'} />
          </dd>
        </dl>
      </section>
    </aside>
  );
}

function Picture({ clipId }: { readonly clipId: string }): ReactNode {
  const clip = useRoomQuery('clips.get', { id: clipId });
  if (clip.data === undefined)
    return clip.error === null ? (
      <div className="poster" style={{ aspectRatio: '4 / 3' }} />
    ) : (
      <ErrorState inline title="The clip could not be read" error={clip.error} />
    );
  return (
    <Link className="picture" href={addressOf.clip(clipId)} aria-label="Open the clip">
      <ClipPoster key={clip.data.mediaId} clip={clip.data} />
    </Link>
  );
}
