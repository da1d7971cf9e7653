import { useId, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { StudyProposal } from '#shared/model/study.ts';
import { usualQuestion } from '#shared/model/study.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { ProposalPart } from './proposal-part.tsx';
import { useStudyCall } from './use-study-call.ts';
import './study.css';

const mostRuns = 200;

/** Two runs are chosen, what a study of them would be is told, and the plan is locked: in this order. */
export function NewStudyScreen(): ReactNode {
  useScreenTitle('New study');
  const isCut = useConnection().kind !== 'open';
  const runs = useRoomQuery('runs.list', { limit: mostRuns });
  const [baselineRunId, setBaseline] = useState('');
  const [candidateRunId, setCandidate] = useState('');
  const isChosen = baselineRunId !== '' && candidateRunId !== '' && baselineRunId !== candidateRunId;
  const proposal = useRoomQuery('studies.propose', { baselineRunId, candidateRunId }, { enabled: isChosen });
  const items = runs.data?.items ?? [];
  const options = items.filter((run) => run.clipCount !== 0);
  return (
    <div className="screen">
      <div className="bar">
        <Link className="t3" href={addressOf.studies}>
          Studies
        </Link>
        <h1>New study</h1>
      </div>
      {runs.data === undefined ? (
        runs.error === null ? (
          <Reading what="Reading runs" />
        ) : (
          <ErrorState
            title="Runs could not be read"
            error={runs.error}
            actions={<Button onClick={() => void runs.refetch()}>Read again</Button>}
          />
        )
      ) : options.length < 2 ? (
        <EmptyState
          lead="A study needs two runs."
          actions={
            <Link className="btn" href={addressOf.runs}>
              Open Runs
            </Link>
          }
        >
          Import the run before the change and the one after it, made from the same source clips.
        </EmptyState>
      ) : (
        <div className="scroll study-new" tabIndex={0} role="region" aria-label="The plan">
          <section className="study-choose" aria-label="Runs">
            <RunChoice label="Baseline" value={baselineRunId} onValue={setBaseline} runs={options} />
            <RunChoice label="Candidate" value={candidateRunId} onValue={setCandidate} runs={options} />
          </section>
          {!isChosen ? (
            <p className="why study-hint">
              {baselineRunId !== '' && baselineRunId === candidateRunId
                ? 'A run can not be compared with itself.'
                : 'Choose the run before the change as the baseline and the one after it as the candidate. Nothing is shown of them before the plan is locked.'}
            </p>
          ) : proposal.data === undefined ? (
            proposal.error === null ? (
              <Reading what="Comparing what both were made from" />
            ) : (
              <ErrorState
                title="No proposal"
                error={proposal.error}
                actions={<Button onClick={() => void proposal.refetch()}>Try again</Button>}
              />
            )
          ) : (
            <>
              <ProposalPart proposal={proposal.data} />
              {proposal.data.pairs.length === 0 ? null : (
                <LockForm key={`${baselineRunId} ${candidateRunId}`} proposal={proposal.data} isCut={isCut} />
              )}
            </>
          )}
        </div>
      )}
    </div>
  );
}

function RunChoice({
  label,
  value,
  onValue,
  runs,
}: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (runId: string) => void;
  readonly runs: readonly { readonly id: string; readonly name: string; readonly clipCount: number | null }[];
}): ReactNode {
  const id = useId();
  return (
    <div className="study-run">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="field" value={value} onChange={(event) => onValue(event.target.value)}>
        <option value="">Choose a run</option>
        {runs.map((run) => (
          <option key={run.id} value={run.id}>
            {run.name}
            {run.clipCount === null ? '' : `, ${plural(run.clipCount, 'clip')}`}
          </option>
        ))}
      </select>
    </div>
  );
}

function LockForm({ proposal, isCut }: { readonly proposal: StudyProposal; readonly isCut: boolean }): ReactNode {
  const [, navigate] = useLocation();
  const { isSending, send } = useStudyCall();
  const [name, setName] = useState('');
  const [gain, setGain] = useState('0.10');
  const [question, setQuestion] = useState(usualQuestion);
  const minimumGain = Number(gain);
  const isGain = Number.isFinite(minimumGain) && minimumGain > 0 && minimumGain <= 1;
  const isReady = name.trim() !== '' && isGain && question.trim().length >= 10 && !isCut;
  const isFew = proposal.detectableGain === null;
  return (
    <form
      className="study-lock"
      aria-label="Lock the plan"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        send(
          'The plan was not locked',
          (call) =>
            call('studies.lock', {
              name: name.trim(),
              baselineRunId: proposal.baseline.runId,
              candidateRunId: proposal.candidate.runId,
              minimumGain,
              question: question.trim(),
            }),
          ({ studyId }) => navigate(addressOf.study(studyId)),
        );
      }}
    >
      <h2>Plan</h2>
      <TextField id="study-name" label="Name" value={name} onValue={setName} maxLength={120} />
      <TextField
        id="study-gain"
        label="Smallest gain that is worth a roll-out, as a share of frames"
        value={gain}
        onValue={setGain}
        inputMode="decimal"
        aria-invalid={!isGain}
        note={isGain ? 'Fixed before anybody looks.' : 'A number over 0 and up to 1, such as 0.10.'}
      />
      <label className="label" htmlFor="study-question">
        Question
      </label>
      <textarea
        id="study-question"
        className="field study-question"
        rows={3}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
      />
      <div className="row">
        <Button kind="primary" isSubmit disabled={!isReady || isSending}>
          Lock the plan
        </Button>
        {isFew ? (
          <StateMark shape="warn" word="Can decide nothing" />
        ) : (
          <span className="why">Pairs, frames, sides and the analysis are fixed from then on.</span>
        )}
      </div>
    </form>
  );
}
