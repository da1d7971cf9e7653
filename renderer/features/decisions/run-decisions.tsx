import { Undo2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Decision, DecisionValue } from '#shared/model/decision.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatMoment } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';

type Choice = 'accepted' | 'rejected' | 'unsure' | 'note';

const marks: Record<Choice, { readonly shape: StateShape; readonly word: string }> = {
  accepted: { shape: 'ok', word: 'Accepted' },
  rejected: { shape: 'fail', word: 'Rejected' },
  unsure: { shape: 'unknown', word: 'Unsure' },
  note: { shape: 'off', word: 'Note' },
};

function choiceOf(value: DecisionValue): Choice {
  return value.kind === 'note' ? 'note' : value.verdict;
}

function DecisionRow({
  decision,
  onUndo,
  isBusy,
}: {
  readonly decision: Decision;
  readonly onUndo: () => void;
  readonly isBusy: boolean;
}): ReactNode {
  const nowMs = useNow(60_000);
  return (
    <li>
      <div className="row">
        <StateMark {...marks[choiceOf(decision.value)]} />
        <span className="why tn trunc">
          {decision.actor === '' ? 'Reviewer without a name' : decision.actor},{' '}
          {formatMoment(decision.decidedAt, nowMs)}
        </span>
        <span className="sp" />
        <IconButton
          label={`Undo: ${marks[choiceOf(decision.value)].word}`}
          kind="ghost"
          size="small"
          disabled={isBusy}
          onClick={onUndo}
        >
          <Undo2 className="icon" aria-hidden="true" />
        </IconButton>
      </div>
      {decision.value.note === '' ? null : <p className="t2 wrap-any">{decision.value.note}</p>}
      {decision.onEarlierEncoding ? <p className="why warn">Given on an earlier encoding of the clip</p> : null}
    </li>
  );
}

/** What people said about a run. Each is an event that is never changed; undo is another event. */
export function RunDecisions({ runId }: { readonly runId: string }): ReactNode {
  const decisions = useRoomQuery('decisions.list', { runId });
  const { call } = useRoom();
  const connection = useConnection();
  const [choice, setChoice] = useState<Choice>('note');
  const [note, setNote] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const canSave = !isBusy && connection.kind === 'open' && (choice !== 'note' || note.trim() !== '');

  const undo = async (eventId: string): Promise<void> => {
    setIsBusy(true);
    try {
      await call('decisions.undo', { eventId });
      showToast({ shape: 'off', title: 'Taken back', text: 'Both the decision and its undo stay in the history.' });
    } catch (thrown) {
      showError('Not taken back', thrown);
    } finally {
      setIsBusy(false);
    }
  };
  const save = async (): Promise<void> => {
    const value: DecisionValue =
      choice === 'note' ? { kind: 'note', note: note.trim() } : { kind: 'verdict', verdict: choice, note: note.trim() };
    setIsBusy(true);
    try {
      const saved = await call('decisions.record', { subject: { kind: 'run', runId }, value });
      setNote('');
      setChoice('note');
      showToast({
        shape: 'ok',
        title: choice === 'note' ? 'Note recorded' : `Verdict recorded: ${choice}`,
        action: { label: 'Undo', run: () => void undo(saved.eventId) },
      });
    } catch (thrown) {
      showError('Not recorded', thrown);
    } finally {
      setIsBusy(false);
    }
  };
  const items = decisions.data?.items ?? [];
  const hasRunDecisions = items.filter((decision) => decision.subject.kind === 'run');
  return (
    <section className="side decisions" aria-label="Decisions">
      <h2>
        Decisions
        <span className="src">kept as events, undo is another event</span>
      </h2>
      {decisions.error === null ? null : (
        <ErrorState inline title="Decisions could not be read" error={decisions.error} />
      )}
      {hasRunDecisions.length === 0 ? null : (
        <ul className="lines">
          {hasRunDecisions.map((decision) => (
            <DecisionRow
              key={decision.eventId}
              decision={decision}
              isBusy={isBusy}
              onUndo={() => void undo(decision.eventId)}
            />
          ))}
        </ul>
      )}
      <form
        className="col"
        style={{ gap: 8 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (canSave) void save();
        }}
      >
        <textarea
          className="area"
          aria-label="Note on this run"
          placeholder="What was seen, and why it matters"
          rows={2}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && canSave) void save();
          }}
        />
        <div className="row">
          <Segmented
            label="Verdict"
            size="small"
            value={choice}
            onChange={setChoice}
            options={[
              { value: 'note', label: 'Note' },
              { value: 'accepted', label: 'Accept' },
              { value: 'unsure', label: 'Unsure' },
              { value: 'rejected', label: 'Reject' },
            ]}
          />
          <span className="sp" />
          <Button
            isSubmit
            size="small"
            disabled={!canSave}
            title={canSave ? 'Record (⌘⏎)' : choice === 'note' ? 'A note needs words' : undefined}
          >
            Record
          </Button>
        </div>
      </form>
    </section>
  );
}
