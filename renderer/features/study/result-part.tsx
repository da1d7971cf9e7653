import { useState, type ReactNode } from 'react';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { ReviewerChecks } from '#shared/model/study.ts';
import { gateLimits } from '#shared/rules/arm-gate/verdict.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { classes } from '../../ui/classes.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { EffectPlot } from './effect-plot.tsx';
import { ReportPart } from './report-part.tsx';
import { LossSheet } from './study-sheets.tsx';
import { answerWords, lineWords, percent, shortHash, signed, verdictMarks } from './words.ts';

type Result = MethodOutput<'studies.result'>;
type Evaluation = Result['evaluation'];

/** What the gate decides, with the line that decided and everything it was decided from. */
export function ResultPart({ studyId, isCut }: { readonly studyId: string; readonly isCut: boolean }): ReactNode {
  const result = useRoomQuery('studies.result', { studyId });
  const [lossOf, setLossOf] = useState<string | null>(null);
  if (result.data === undefined)
    return result.error === null ? (
      <Reading what="Evaluating" />
    ) : (
      <ErrorState
        title="No result"
        error={result.error}
        actions={<Button onClick={() => void result.refetch()}>Try again</Button>}
      />
    );
  const { evaluation, reviewers, labelsHash } = result.data;
  const mark = verdictMarks[evaluation.verdict];
  return (
    <section className="study-part" aria-label="Result" data-testid="study-result">
      <h2 className="sr">Result</h2>
      <div className="study-verdict">
        <StateMark shape={mark.shape} word={mark.word} />
        <p>{evaluation.because}</p>
        {evaluation.moreClips === null ? null : (
          <p className="why tn">About {evaluation.moreClips} more source clips are needed.</p>
        )}
      </div>
      <Figures evaluation={evaluation} />
      <div className="study-two">
        <EffectPlot evaluation={evaluation} />
        <Lines evaluation={evaluation} />
      </div>
      <Clips evaluation={evaluation} isCut={isCut} onExplain={setLossOf} />
      <Checks reviewers={reviewers} />
      <p className="why study-none">
        Labels as evaluated{' '}
        <Copyable text={labelsHash} label="hash of the labels">
          {shortHash(labelsHash)}
        </Copyable>
      </p>
      <ReportPart studyId={studyId} isCut={isCut} />
      {lossOf === null ? null : <LossSheet studyId={studyId} sourceClip={lossOf} onClose={() => setLossOf(null)} />}
    </section>
  );
}

function Figures({ evaluation }: { readonly evaluation: Evaluation }): ReactNode {
  const { agreement, interval, signTest, effects } = evaluation;
  const none = <span className="void">none</span>;
  return (
    <dl className="study-figures">
      <div>
        <dt>Mean gain</dt>
        <dd className="tn">{evaluation.meanDifference === null ? none : signed(evaluation.meanDifference)}</dd>
        <dd className="why tn">
          {interval === null ? 'no interval' : `95 % ${signed(interval.low)} to ${signed(interval.high)}`}
        </dd>
      </div>
      <div>
        <dt>p, sign-flip test</dt>
        <dd className="tn">{evaluation.p === null ? none : evaluation.p.toFixed(4)}</dd>
        <dd className="why tn">over {evaluation.clipCount} source clips</dd>
      </div>
      <div>
        <dt>Sign test</dt>
        <dd className="tn">{signTest.p.toFixed(3)}</dd>
        <dd className="why tn">
          retained by one alone: {signTest.wins} candidate, {signTest.losses} baseline
        </dd>
      </div>
      <div>
        <dt>Unsure counted against</dt>
        <dd className="tn">
          {evaluation.worstMeanDifference === null ? none : signed(evaluation.worstMeanDifference)}
        </dd>
        <dd className="why tn">{percent(effects.unsureShare.all)} of the answers unsure</dd>
      </div>
      <div>
        <dt>Agreement</dt>
        <dd className="tn">{agreement === null || agreement.raw === null ? none : percent(agreement.raw)}</dd>
        <dd className="why tn">
          {agreement === null
            ? 'one reviewer'
            : `kappa ${agreement.kappa?.toFixed(2) ?? 'not defined'}, AC1 ${agreement.ac1?.toFixed(2) ?? 'not defined'}`}
        </dd>
      </div>
    </dl>
  );
}

function Lines({ evaluation }: { readonly evaluation: Evaluation }): ReactNode {
  return (
    <div>
      <h3>The line that decided</h3>
      <ol className="study-lines" aria-label="Decision table">
        {lineWords.map(([line, words]) => (
          <li key={line} className={classes(line === evaluation.line && 'on')} aria-current={line === evaluation.line}>
            {words}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Clips({
  evaluation,
  isCut,
  onExplain,
}: {
  readonly evaluation: Evaluation;
  readonly isCut: boolean;
  readonly onExplain: (sourceClip: string) => void;
}): ReactNode {
  return (
    <table className="tight" aria-label="Source clips">
      <thead>
        <tr>
          <th scope="col">Source clip</th>
          <th scope="col" className="num">
            Baseline
          </th>
          <th scope="col" className="num">
            Candidate
          </th>
          <th scope="col" className="num">
            Difference
          </th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        {evaluation.effects.clips.map((clip) => (
          <tr key={clip.sourceClip}>
            <td className="mono">{clip.sourceClip}</td>
            <td className="num">{percent(clip.baselineShare)}</td>
            <td className="num">{percent(clip.candidateShare)}</td>
            <td className="num">{signed(clip.difference)}</td>
            <td className="t2">
              {clip.lossReason ??
                (clip.baselineShare >= gateLimits.retainedShare && clip.difference < -gateLimits.lostBy ? (
                  <Button size="small" disabled={isCut} onClick={() => onExplain(clip.sourceClip)}>
                    Write why it lost the arm…
                  </Button>
                ) : (
                  ''
                ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const shareWords = (share: number | null): ReactNode =>
  share === null ? <span className="t3">not asked</span> : percent(share);

function Checks({ reviewers }: { readonly reviewers: readonly ReviewerChecks[] }): ReactNode {
  return (
    <table className="tight" aria-label="Checks inside the sessions">
      <thead>
        <tr>
          <th scope="col">Reviewer</th>
          <th scope="col" className="num">
            Answers
          </th>
          <th scope="col" className="num">
            Repeats alike
          </th>
          <th scope="col" className="num">
            Same clip alike
          </th>
          <th scope="col" className="num">
            No arm, said no
          </th>
          <th scope="col" className="num">
            Pace
          </th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        {reviewers.map((each) => (
          <tr key={each.reviewer}>
            <td className="w5">{each.reviewer}</td>
            <td className="num">{each.answeredCount}</td>
            <td className="num">{shareWords(each.selfConsistency)}</td>
            <td className="num">{shareWords(each.sameAnsweredAlike)}</td>
            <td className="num">{shareWords(each.absentRight)}</td>
            <td className="num">
              {each.medianSeconds === null ? <span className="t3">unknown</span> : `${each.medianSeconds.toFixed(1)} s`}
            </td>
            <td>
              {each.oneAnswer === null ? (
                ''
              ) : (
                <StateMark shape="warn" word={`Answered ${answerWords[each.oneAnswer].toLowerCase()} throughout`} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
