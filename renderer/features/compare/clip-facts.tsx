import type { ReactNode } from 'react';
import { fpsOf, type SideState } from '../../player/index.ts';
import { formatBytes } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { DepthFact, hasDepthVerdict } from '../orientation/depth-fact.tsx';
import type { Subject } from './subject.ts';

/** What is known of one side's file, and what is odd about it. */
export function ClipFactsSection({
  letter,
  subject,
  side,
}: {
  readonly letter: 'A' | 'B' | null;
  readonly subject: Subject;
  readonly side: SideState;
}): ReactNode {
  const { facts } = side;
  const fps = facts === null ? null : fpsOf(facts.table);
  const unread = side.phase === 'failed' ? 'not readable here' : 'not read yet';
  const clip = subject.clip;
  const notes = [
    facts !== null && facts.rotationDegrees !== 0
      ? `The file asks to be turned by ${facts.rotationDegrees}°: shown as stored`
      : null,
    facts !== null && facts.isFlipped ? 'The file asks to be mirrored: shown as stored' : null,
    facts !== null && facts.table.preRollCount > 0
      ? `${facts.table.preRollCount} pre-roll frames before time zero are not counted`
      : null,
    facts?.table.isVariableRate === true ? 'Frames are not evenly spaced' : null,
    facts !== null && facts.table.repeatedTimeCount > 0
      ? `${facts.table.repeatedTimeCount} frames claim a time that another frame has`
      : null,
  ].filter((note) => note !== null);
  return (
    <section>
      <h2>
        {letter === null ? null : <span className={letter === 'A' ? 'cmp-side a' : 'cmp-side b'}>{letter}</span>}
        <span className="trunc" title={clip?.path ?? subject.name}>
          {clip?.fileName ?? subject.name}
        </span>
      </h2>
      <dl className="cmp-facts">
        <dt>Frames</dt>
        <dd className="tn">
          {side.frameCount === null ? (
            <Words text={unread} />
          ) : (
            `${side.frameCount}${fps === null ? '' : ` at ${Number(fps.toFixed(2))} fps`}`
          )}
        </dd>
        <dt>Decoded</dt>
        <dd className="tn">
          {side.frameCount === null ? (
            <Words text={unread} />
          ) : (
            `${side.decodedCount}${side.missingCount === 0 ? '' : `, ${side.missingCount} missing`}${side.damagedCount === 0 ? '' : `, ${side.damagedCount} damaged`}`
          )}
        </dd>
        <dt>Picture</dt>
        <dd className="tn">
          {facts === null ? <Words text={unread} /> : `${facts.widthPx} × ${facts.heightPx}, ${facts.codec}`}
        </dd>
        <dt>Keyframes</dt>
        <dd className="tn">{facts === null ? <Words text={unread} /> : facts.table.groups.length}</dd>
        <dt>File</dt>
        <dd className="tn">
          {facts === null ? (
            <Words text={clip === null || clip.sizeBytes === null ? unread : formatBytes(clip.sizeBytes)} />
          ) : (
            formatBytes(facts.fileBytes)
          )}
        </dd>
        {clip === null || !hasDepthVerdict(clip) ? null : (
          <>
            <dt>Depth</dt>
            <dd>
              <DepthFact clip={clip} />
            </dd>
          </>
        )}
        {clip === null || clip.orientationFix === null || clip.orientationFix === 'none' ? null : (
          <>
            <dt>Orientation fix</dt>
            <dd>{clip.orientationFix}</dd>
          </>
        )}
      </dl>
      {notes.map((note) => (
        <p key={note} className="why">
          {note}.
        </p>
      ))}
      {clip?.flags.map((flag) => (
        <p key={flag.code} className="why">
          <StateMark shape="warn" word={flag.message} />
        </p>
      ))}
    </section>
  );
}

function Words({ text }: { readonly text: string }): ReactNode {
  return <span className="t3">{text}</span>;
}
