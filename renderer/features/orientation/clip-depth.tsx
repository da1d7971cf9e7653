import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OrientationCheck, OrientationItem, OrientationOverride } from '#shared/model/orientation.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { formatMoment } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { closeDepth } from './depth-store.ts';
import { DepthEvidence } from './depth-evidence.tsx';
import { DepthScores } from './depth-scores.tsx';
import { OverrideForm } from './override-form.tsx';
import { clipLabel, markOf, standingMark } from './words.ts';

/** One clip: the verdict, every score beside its threshold, what it rests on, and what people said. */
export function ClipDepth({
  item,
  canCheck,
  onCheck,
}: {
  readonly item: OrientationItem;
  readonly canCheck: boolean;
  readonly onCheck: () => void;
}): ReactNode {
  const nowMs = useNow(60_000);
  const detail = useRoomQuery('orientation.get', { clipId: item.clipId });
  const newest = detail.data?.checks[0];
  const stands = newest !== undefined && item.checkedAt === newest.checkedAt;
  return (
    <div className="clip scroll" role="region" aria-label={`Depth of ${clipLabel(item)}`} tabIndex={0}>
      <div className="row">
        <h3 className="trunc">{clipLabel(item)}</h3>
        <span className="sp" />
        <LookAtBoth clipId={item.clipId} />
        <Button size="small" disabled={!canCheck} onClick={onCheck}>
          Check again
        </Button>
      </div>
      <div className="measured">
        <StateMark {...standingMark(item)} big />
        {item.override === null ? null : <StateMark {...markOf(item.verdict)} />}
        <span className="src tn">
          {item.checkedAt === null ? '' : `measured ${formatMoment(item.checkedAt, nowMs)}`}
        </span>
      </div>
      <p className="t2">{item.because}</p>
      {detail.error === null ? null : <ErrorState inline title="Scores could not be read" error={detail.error} />}
      {newest === undefined ? null : (
        <>
          {stands ? null : <p className="why warn">The figures below are of the files as they were then.</p>}
          <DepthScores evidence={newest.evidence} polarity={newest.polarity} />
          <DepthEvidence evidence={newest.evidence} />
        </>
      )}
      <OverrideForm item={item} />
      {detail.data === undefined ? null : (
        <History checks={detail.data.checks.slice(1)} overrides={detail.data.overrides} nowMs={nowMs} />
      )}
    </div>
  );
}

/** The two depths side by side in the player. */
function LookAtBoth({ clipId }: { readonly clipId: string }): ReactNode {
  const pairs = useRoomQuery('clips.suggestPairs', { clipId });
  const pair = pairs.data?.items.find((each) => each.kind === 'control_and_input_depth');
  if (pair === undefined) return null;
  return (
    <Link href={addressOf.compare(pair.left.id, pair.right.id)} className="link nw" onClick={closeDepth}>
      Look at both
    </Link>
  );
}

function History({
  checks,
  overrides,
  nowMs,
}: {
  readonly checks: readonly OrientationCheck[];
  readonly overrides: readonly OrientationOverride[];
  readonly nowMs: number;
}): ReactNode {
  if (checks.length + overrides.length === 0) return null;
  return (
    <section aria-label="Earlier">
      <h4>Overrides and earlier checks</h4>
      <ul className="lines">
        {overrides.map((word) => (
          <li key={word.eventId}>
            <div className="row">
              <StateMark
                shape="warn"
                word={word.verdict === null ? 'Override taken back' : `Overridden: ${markOf(word.verdict).word}`}
              />
              <span className="why tn trunc">
                {word.actor === '' ? 'Reviewer without a name' : word.actor}, {formatMoment(word.decidedAt, nowMs)}
              </span>
            </div>
            <p className="t2 wrap-any">{word.reason}</p>
            {word.isOnEarlierBytes ? <p className="why warn">Given on an earlier control depth</p> : null}
          </li>
        ))}
        {checks.map((check) => (
          <li key={check.id}>
            <div className="row">
              <StateMark {...markOf(check.verdict)} />
              <span className="why tn trunc">measured {formatMoment(check.checkedAt, nowMs)}</span>
            </div>
            <p className="why">{check.because}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
