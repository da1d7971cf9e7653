import { Undo2 } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useConnection } from '../../client/hooks.ts';
import type { Comparison, ComparisonState, SideName } from '../../player/index.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatMoment } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { Subject } from './subject.ts';
import type { FrameNote, FrameNotes } from './use-frame-notes.ts';

type Range = { readonly first: number; readonly last: number };

/** What was said of single frames or of a range, and a line to say more of the frame (or the loop) in view. */
export function FrameNotesSection({
  comparison,
  state,
  left,
  right,
  notes,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly left: Subject;
  readonly right: Subject | null;
  readonly notes: FrameNotes;
}): ReactNode {
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow(60_000);
  const id = useId();
  const [side, setSide] = useState<SideName>('left');
  const [text, setText] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const subject = side === 'right' && right !== null ? right : left;
  const own: SideName = subject === left ? 'left' : 'right';
  const range = rangeOf(comparison, state, own);
  const canSave = !isCut && !isBusy && range !== null && subject.clip !== null && text.trim() !== '';
  const save = async (): Promise<void> => {
    if (!canSave) return;
    setIsBusy(true);
    const isSaved = await notes.record(subject, range, text.trim());
    setIsBusy(false);
    if (isSaved) setText('');
  };
  return (
    <section aria-label="Notes on frames">
      <h2>
        Notes on frames <span className="src">kept as events</span>
      </h2>
      {notes.error === null ? null : <ErrorState inline title="Notes could not be read" error={notes.error} />}
      <ul className="cmp-notes">
        {notes.items.map((note) => (
          <li key={note.eventId}>
            <div className="row">
              {right === null ? null : <SideLetter side={note.side} />}
              <button
                type="button"
                className="link tn"
                onClick={() => {
                  const at = masterOf(comparison, state, note);
                  if (at !== null) comparison.seek(at);
                }}
              >
                {rangeWords({ first: note.frame, last: note.frameEnd })}
              </button>
              <span className="why trunc">
                {note.actor === '' ? 'without a name' : note.actor}, {formatMoment(note.decidedAt, nowMs)}
              </span>
              <span className="sp" />
              <IconButton
                label={`Undo the note on ${rangeWords({ first: note.frame, last: note.frameEnd })}`}
                kind="ghost"
                size="small"
                disabled={isCut}
                onClick={() => notes.undo(note.eventId)}
              >
                <Undo2 className="icon" aria-hidden="true" />
              </IconButton>
            </div>
            <p className="t2 wrap-any">{note.text}</p>
            {note.onEarlierEncoding ? <p className="why warn">Given on an earlier encoding of the clip</p> : null}
          </li>
        ))}
      </ul>
      {subject.clip === null ? (
        <p className="why">A file that was dropped here is not in the history, so nothing can be noted on it.</p>
      ) : (
        <form
          className="cmp-note"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <label htmlFor={id} className="why tn">
            {range === null ? 'No frame of this side is in view' : `Note on ${rangeWords(range)}`}
            {state.loop === null ? '' : ', the loop'}
          </label>
          <textarea
            id={id}
            className="area"
            data-frame-note
            rows={2}
            maxLength={4000}
            placeholder="What is seen there"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void save();
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
          />
          <div className="row">
            {right === null ? null : (
              <Segmented
                label="Side of the note"
                size="small"
                value={own}
                onChange={setSide}
                options={[
                  { value: 'left', label: 'A' },
                  { value: 'right', label: 'B' },
                ]}
              />
            )}
            <span className="sp" />
            <Button isSubmit size="small" disabled={!canSave} title={canSave ? 'Record (⌘⏎)' : undefined}>
              Record
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

function SideLetter({ side }: { readonly side: SideName }): ReactNode {
  return side === 'left' ? <span className="cmp-side a">A</span> : <span className="cmp-side b">B</span>;
}

const rangeWords = ({ first, last }: Range): string =>
  first === last ? `frame ${first}` : `frames ${first} to ${last}`;

/** Own frames of a side that a note would be on: the loop's, else the one in view. */
function rangeOf(comparison: Comparison, state: ComparisonState, side: SideName): Range | null {
  if (state.loop !== null) {
    const frames = [];
    for (let at = state.loop.first; at <= state.loop.last; at++) {
      const frame = comparison.frameOf(side, at);
      if (frame !== null) frames.push(frame);
    }
    return frames.length === 0 ? null : { first: Math.min(...frames), last: Math.max(...frames) };
  }
  const frame = state[side]?.frame ?? null;
  return frame === null ? null : { first: frame, last: frame };
}

/** The first master frame at which a note's frames are in view; null when they never are. */
export function masterOf(
  comparison: Comparison,
  { firstMaster, lastMaster }: Pick<ComparisonState, 'firstMaster' | 'lastMaster'>,
  note: Pick<FrameNote, 'side' | 'frame' | 'frameEnd'>,
): number | null {
  for (let at = firstMaster; at <= lastMaster; at++) {
    const frame = comparison.frameOf(note.side, at);
    if (frame !== null && frame >= note.frame && frame <= note.frameEnd) return at;
  }
  return null;
}
