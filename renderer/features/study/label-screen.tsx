import { EyeOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { StudyQuestion } from '#shared/model/study.ts';
import { useConnection } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { formatBriefDuration, formatExact } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { AnswerPart } from './answer-part.tsx';
import { useLabelling } from './use-labelling.ts';
import { useStudyCall } from './use-study-call.ts';
import { paceSeconds, shortHash, signed } from './words.ts';
import './study.css';

/**
 * One question at a time, blinded: no name, path, size, rate or side colour of a clip is on this page or in what it
 * asks for.
 */
export function LabelScreen({ studyId }: { readonly studyId: string }): ReactNode {
  const labelling = useLabelling(studyId);
  const { question } = labelling;
  // Not the name of the study: people name studies after their runs, and a name is a hint.
  useScreenTitle('Blinded labels');
  const isCut = useConnection().kind !== 'open';
  if (question === null)
    return (
      <div className="screen">
        {labelling.error === null ? (
          <Reading what="Reading the study" />
        ) : (
          <ErrorState
            title="The study could not be read"
            error={labelling.error}
            actions={<Button onClick={labelling.readAgain}>Read again</Button>}
          />
        )}
      </div>
    );
  return (
    <div className="screen study-label" data-testid="study-label">
      <LabelBar question={question} />
      {question.item === null ? (
        <AllAnswered question={question} isCut={isCut} onUndo={labelling.undo} />
      ) : (
        <AnswerPart
          key={`${question.item.leftMediaId} ${question.item.rightMediaId}`}
          question={question}
          item={question.item}
          labelling={labelling}
          isCut={isCut}
        />
      )}
      <LabelFacts question={question} isSending={labelling.isSending} isCut={isCut} />
    </div>
  );
}

function LabelBar({ question }: { readonly question: StudyQuestion }): ReactNode {
  const pace = paceSeconds(question.answeredAt);
  const left = question.questionCount - question.answeredCount;
  return (
    <div className="bar">
      <h1 className="trunc">Blinded labels</h1>
      <span className="tag">
        <EyeOff className="icon" aria-hidden="true" />
        Blinded
      </span>
      <span className="sp" />
      <span className="t2 tn" data-testid="study-progress">
        {question.answeredCount} of {question.questionCount} frames answered
      </span>
      {pace === null || left === 0 ? null : (
        <span className="t3 tn">
          about {formatBriefDuration(pace * left)} left at {pace.toFixed(0)} s a frame
        </span>
      )}
      <Link className="btn" href={addressOf.study(question.studyId)}>
        Pause
      </Link>
    </div>
  );
}

function AllAnswered({
  question,
  isCut,
  onUndo,
}: {
  readonly question: StudyQuestion;
  readonly isCut: boolean;
  readonly onUndo: () => void;
}): ReactNode {
  const [, navigate] = useLocation();
  const { isSending, send } = useStudyCall();
  const open = (): void => navigate(addressOf.study(question.studyId));
  if (question.signedOffAt !== null)
    return (
      <EmptyState lead="Your labels are signed off." actions={<Button onClick={open}>Open the study</Button>}>
        Nothing of them can change any more. The sides are told when everybody has signed off.
      </EmptyState>
    );
  return (
    <EmptyState
      lead={`All ${question.questionCount} frames are answered.`}
      actions={
        <>
          <Button
            kind="primary"
            disabled={isCut || isSending}
            onClick={() =>
              send('Not signed off', (call) => call('studies.signOff', { studyId: question.studyId }), open)
            }
          >
            Sign off
          </Button>
          <Button disabled={isCut || !question.canUndo} onClick={onUndo}>
            Undo the last answer
          </Button>
        </>
      }
    >
      Signing off locks them for good. Until then the last answer can be taken back.
    </EmptyState>
  );
}

function LabelFacts({
  question,
  isSending,
  isCut,
}: {
  readonly question: StudyQuestion;
  readonly isSending: boolean;
  readonly isCut: boolean;
}): ReactNode {
  const { plan } = question;
  return (
    <dl className="study-facts">
      <div>
        <dt>Plan</dt>
        <dd className="w5">Locked {formatExact(plan.lockedAt)}</dd>
        <dd className="why">
          {plan.sourceClipCount} source clips, hash <span className="mono">{shortHash(plan.hash)}</span>
        </dd>
      </div>
      <div>
        <dt>Can detect</dt>
        <dd className="w5">
          {plan.detectableGain === null
            ? 'Nothing: 6 source clips are the least'
            : `Gain of ${signed(plan.detectableGain)} with ${plan.sourceClipCount} clips`}
        </dd>
        <dd className="why">Smallest useful gain {signed(plan.minimumGain)}</dd>
      </div>
      <div>
        <dt>Sides</dt>
        <dd className="w5">Random per clip and reviewer</dd>
        <dd className="why">Names, sizes, rates and metrics are hidden</dd>
      </div>
      <div>
        <dt>Labels of {question.reviewer}</dt>
        <dd>
          {isCut ? (
            <StateMark shape="unknown" word="Not connected" />
          ) : isSending ? (
            <StateMark shape="running" word="Saving" />
          ) : (
            <StateMark shape="ok" word="Saved" />
          )}
        </dd>
        <dd className="why">{question.answeredCount} on this computer, works offline</dd>
      </div>
    </dl>
  );
}
