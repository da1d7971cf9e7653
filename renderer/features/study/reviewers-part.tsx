import { useRef, type ReactNode } from 'react';
import type { StudyConflict, StudySummary } from '#shared/model/study.ts';
import { Button } from '../../ui/button.tsx';
import { formatExact, plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { saveText } from '../../ui/save-text.ts';
import { useStudyCall } from './use-study-call.ts';
import { answerWords } from './words.ts';

/** How far each reviewer is, labels that go out and come in as files, and where people differ once all have signed off. */
export function ReviewersPart({
  summary,
  conflicts,
  isCut,
}: {
  readonly summary: StudySummary;
  readonly conflicts: readonly StudyConflict[] | null;
  readonly isCut: boolean;
}): ReactNode {
  const { isSending, send } = useStudyCall();
  const file = useRef<HTMLInputElement>(null);
  const { studyId, reviewers, state } = summary;
  const take = (chosen: File): void =>
    send(
      'No label was taken',
      async (call) => call('studies.importLabels', { studyId, text: await chosen.text() }),
      () => showToast({ shape: 'ok', title: `Labels of ${chosen.name} taken` }),
    );
  return (
    <section className="study-part" aria-label="Reviewers">
      <div className="sechead">
        <h2>Reviewers</h2>
        <span className="why trunc">Two who do not see each other’s answers; a third settles where they differ.</span>
        <span className="sp" />
        <Button
          size="small"
          disabled={isCut || isSending || !reviewers.some((each) => each.signedOffAt !== null && !each.isImported)}
          onClick={() =>
            send(
              'Not exported',
              (call) => call('studies.exportLabels', { studyId }),
              ({ fileName, text }) => saveText(fileName, text, 'application/json'),
            )
          }
        >
          Export my labels
        </Button>
        <Button
          size="small"
          disabled={isCut || isSending || state === 'unblinded'}
          onClick={() => file.current?.click()}
        >
          Import labels…
        </Button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          className="sr"
          tabIndex={-1}
          aria-label="File of labels"
          onChange={(event) => {
            const chosen = event.target.files?.[0];
            if (chosen !== undefined) take(chosen);
            event.target.value = '';
          }}
        />
      </div>
      {reviewers.length === 0 ? (
        <div className="study-none">
          <p>Nobody has answered yet.</p>
          <ol className="why study-way">
            <li>
              Two people label every frame, each on their own: one key for each side, and nothing is lost by a pause.
            </li>
            <li>Each signs off. From there on nobody can change a label.</li>
            <li>The study is unblinded, the sides are told, and the gate decides.</li>
          </ol>
        </div>
      ) : (
        <table className="tight" aria-label="Reviewers">
          <thead>
            <tr>
              <th scope="col">Reviewer</th>
              <th scope="col">Labels</th>
              <th scope="col" className="num">
                Answered
              </th>
              <th scope="col">Last answer, UTC</th>
              <th scope="col">Signed off, UTC</th>
            </tr>
          </thead>
          <tbody>
            {reviewers.map((each) => (
              <tr key={each.reviewer} data-testid="study-reviewer">
                <td className="w5">{each.reviewer}</td>
                <td>
                  {each.signedOffAt === null ? (
                    <StateMark shape="running" word="Labelling" />
                  ) : (
                    <StateMark shape="ok" word={each.isImported ? 'From a file' : 'Locked'} />
                  )}
                </td>
                <td className="num">
                  {each.answeredCount} of {each.questionCount}
                </td>
                <td className="t2 nw">{each.lastAnsweredAt === null ? 'none' : formatExact(each.lastAnsweredAt)}</td>
                <td className="t2 nw">{each.signedOffAt === null ? 'not yet' : formatExact(each.signedOffAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {conflicts === null || reviewers.length < 2 ? null : conflicts.length === 0 ? (
        <p className="why study-none">They differ on no frame.</p>
      ) : (
        <Conflicts conflicts={conflicts} />
      )}
    </section>
  );
}

function Conflicts({ conflicts }: { readonly conflicts: readonly StudyConflict[] }): ReactNode {
  return (
    <details className="study-conflicts">
      <summary>They differ on {plural(conflicts.length, 'frame')}</summary>
      <ul className="lines s11">
        {conflicts.map((conflict) => (
          <li key={`${conflict.pairId} ${conflict.frame}`}>
            <span className="mono">{conflict.sourceClip}</span> {conflict.variantName}, frame {conflict.frame}
            {conflict.answers.length === 0 ? (
              <span className="why"> what was said is told when the study is unblinded</span>
            ) : (
              <span className="t2">
                {conflict.answers.map(
                  ({ reviewer, baseline, candidate }) =>
                    ` ${reviewer}: baseline ${answerWords[baseline].toLowerCase()}, candidate ${answerWords[candidate].toLowerCase()}.`,
                )}
              </span>
            )}
            {conflict.settledBy === null ? null : <span className="t3"> Settled by {conflict.settledBy}.</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
