import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { MethodOutput } from '#shared/contract/index.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatExact, plural } from '../../ui/format.ts';
import { ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ResultPart } from './result-part.tsx';
import { ReviewersPart } from './reviewers-part.tsx';
import { BreakSheet, UnblindSheet } from './study-sheets.tsx';
import { shortHash, signed, stateMarks } from './words.ts';
import './study.css';

type Study = MethodOutput<'studies.get'>;

/** A study: its locked plan, its reviewers, and what the gate decides once it is unblinded. */
export function StudyScreen({ studyId }: { readonly studyId: string }): ReactNode {
  const study = useRoomQuery('studies.get', { studyId });
  const nowMs = useNow(60_000);
  const isCut = useConnection().kind !== 'open';
  const [sheet, setSheet] = useState<'unblind' | 'break' | null>(null);
  useScreenTitle(study.data?.summary.name ?? 'Study');
  if (study.data === undefined)
    return (
      <div className="screen">
        {study.error === null ? (
          <Reading what="Reading the study" />
        ) : (
          <ErrorState
            title="The study could not be read"
            error={study.error}
            actions={
              <>
                <Button onClick={() => void study.refetch()}>Read again</Button>
                <Link className="btn" href={addressOf.studies}>
                  All studies
                </Link>
              </>
            }
          />
        )}
      </div>
    );
  const { summary } = study.data;
  return (
    <div className="screen">
      <div className="bar">
        <Link className="t3" href={addressOf.studies}>
          Studies
        </Link>
        <h1 className="trunc">{summary.name}</h1>
        {summary.blindingBroken === null ? (
          <StateMark {...stateMarks[summary.state]} />
        ) : (
          <StateMark shape="fail" word="Blinding broken" />
        )}
        <StaleNote error={study.error} readAtMs={study.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        {summary.state === 'unblinded' ? null : (
          <>
            <Button disabled={isCut} onClick={() => setSheet('break')}>
              Blinding is broken…
            </Button>
            {summary.state === 'ready' ? (
              <Button disabled={isCut} onClick={() => setSheet('unblind')}>
                Unblind…
              </Button>
            ) : null}
            <Link className="btn pri" href={addressOf.labelling(studyId)}>
              Label
            </Link>
          </>
        )}
      </div>
      <div className="study-split">
        <div className="scroll" tabIndex={0} role="region" aria-label="Result and reviewers">
          {summary.blindingBroken === null ? null : (
            <p className="study-warning">
              <StateMark shape="fail" word="Blinding broken" /> <span className="t2">{summary.blindingBroken}</span>
            </p>
          )}
          {summary.state === 'unblinded' ? <ResultPart studyId={studyId} isCut={isCut} /> : null}
          <ReviewersPart summary={summary} conflicts={study.data.conflicts} isCut={isCut} />
        </div>
        <PlanPart study={study.data} />
      </div>
      {sheet === 'unblind' ? <UnblindSheet summary={summary} onClose={() => setSheet(null)} /> : null}
      {sheet === 'break' ? <BreakSheet studyId={studyId} onClose={() => setSheet(null)} /> : null}
    </div>
  );
}

function PlanPart({ study }: { readonly study: Study }): ReactNode {
  const { plan, planHash, summary, sides } = study;
  return (
    <aside className="insp scroll" tabIndex={0} aria-label="The locked plan">
      <section>
        <h2>Plan</h2>
        <dl className="kv">
          <dt>Locked</dt>
          <dd className="tn">{formatExact(plan.lockedAt)} UTC</dd>
          <dt>By</dt>
          <dd>{summary.lockedBy}</dd>
          <dt>Hash</dt>
          <dd>
            <Copyable text={planHash} label="hash of the plan">
              {shortHash(planHash)}
            </Copyable>
          </dd>
          <dt>Baseline</dt>
          <dd className="trunc">
            <Link href={addressOf.run(plan.baseline.runId)}>{plan.baseline.name}</Link>
          </dd>
          <dt>Candidate</dt>
          <dd className="trunc">
            <Link href={addressOf.run(plan.candidate.runId)}>{plan.candidate.name}</Link>
          </dd>
          <dt>Source clips</dt>
          <dd className="tn">
            {summary.sourceClipCount}, {plural(summary.pairCount, 'pair')}
          </dd>
          <dt>Smallest gain</dt>
          <dd className="tn">{signed(plan.minimumGain)} of frames</dd>
          <dt>Sides</dt>
          <dd>
            {sides === null ? (
              <span className="t2">sealed, hash {shortHash(plan.sidesCommitment)}</span>
            ) : sides.isAsCommitted ? (
              <StateMark shape="ok" word="As committed" />
            ) : (
              <StateMark shape="fail" word="Not as committed" />
            )}
          </dd>
          <dt>Id</dt>
          <dd>
            <Copyable text={plan.studyId} label="study id" />
          </dd>
        </dl>
        <p className="t2 study-quoted">{plan.question}</p>
      </section>
      <section>
        <h2>Pairs</h2>
        <ul className="lines s11">
          {plan.pairs.map((pair) => (
            <li key={pair.pairId}>
              <span className="mono wrap-any">{pair.sourceClip}</span>{' '}
              <span className="t3">
                {pair.variantName ?? ''} {plural(pair.frames.length, 'frame')}
              </span>
            </li>
          ))}
        </ul>
      </section>
      {plan.excluded.length === 0 ? null : (
        <section>
          <h2>Left out</h2>
          <ul className="lines s11">
            {plan.excluded.map(({ sourceClip, variantName, because }) => (
              <li key={`${sourceClip} ${variantName} ${because}`}>
                <span className="mono wrap-any">{sourceClip}</span> <span className="t3">{variantName}</span>
                <div className="why">{because}</div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}
