import { useState, type ReactNode } from 'react';
import type { ClipWithRun } from '#shared/model/clip.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import { clipWords } from './words.ts';
import './chooser.css';

const MAX_LISTED = 200;

/** Pairs worth comparing, and any two clips by hand. */
export function PairChooser({
  left,
  right,
  onChoose,
}: {
  readonly left: ClipWithRun | null;
  readonly right: ClipWithRun | null;
  readonly onChoose: (left: ClipWithRun, right: ClipWithRun) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const [a, setA] = useState<ClipWithRun | null>(left);
  const [b, setB] = useState<ClipWithRun | null>(right);
  const wanted = useDebounced(text.trim(), 160);
  const suggested = useRoomQuery('clips.suggestPairs', left === null ? {} : { clipId: left.id });
  const list = useRoomQuery(
    'clips.list',
    { limit: MAX_LISTED, ...(wanted === '' ? {} : { text: wanted }) },
    { keepPrevious: true },
  );
  const suggestions = suggested.data?.items ?? [];
  // What is suggested stands above the list: read later, it would push it down.
  if (suggested.data === undefined && suggested.error === null) return <Reading />;
  if (wanted === '' && list.data?.matchCount === 0)
    return <p className="cmp-chooser why">The workspace holds no clip yet: import a run to choose from its clips.</p>;
  return (
    <div className="cmp-chooser">
      {suggestions.length === 0 ? null : (
        <section aria-label="Suggested pairs">
          <h2>Suggested</h2>
          <ul>
            {suggestions.slice(0, 12).map((pair) => (
              <li key={`${pair.left.id} ${pair.right.id}`}>
                <button type="button" className="cmp-pick" onClick={() => onChoose(pair.left, pair.right)}>
                  <span className="w5 trunc">{pair.title}</span>
                  <span className="t3 trunc">
                    {pair.left.runName}
                    {pair.left.runId === pair.right.runId ? '' : ` · ${pair.right.runName}`}
                  </span>
                  {pair.differences.length === 0 ? null : (
                    <span className="tag warn">{plural(pair.differences.length, 'difference')}</span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label="Any two clips">
        <h2>Any two clips</h2>
        <div className="row">
          <SearchField label="Search clips" value={text} onValue={setText} width="100%" />
        </div>
        <div className="cmp-picked">
          <Picked letter="A" clip={a} />
          <Picked letter="B" clip={b} />
          <Button
            kind="primary"
            disabled={a === null || b === null}
            onClick={() => {
              if (a !== null && b !== null) onChoose(a, b);
            }}
          >
            Compare
          </Button>
        </div>
        {list.error === null ? null : <ErrorState title="Clips not listed" error={list.error} inline />}
        {list.data === undefined && list.error === null ? <Reading /> : null}
        {list.data === undefined ? null : (
          <>
            <ul className="cmp-list">
              {list.data.items.map((clip) => (
                <li key={clip.id}>
                  <span className="cmp-name trunc" title={clip.path}>
                    <span className="w5">{clip.clipName ?? clip.fileName}</span>{' '}
                    <span className="t2">{clipWords(clip)}</span>
                  </span>
                  <span className="t3 trunc">{clip.runName}</span>
                  <Button
                    size="small"
                    aria-pressed={a?.id === clip.id}
                    aria-label={`${clip.fileName} of ${clip.runName} as side A`}
                    onClick={() => setA(clip)}
                  >
                    A
                  </Button>
                  <Button
                    size="small"
                    aria-pressed={b?.id === clip.id}
                    aria-label={`${clip.fileName} of ${clip.runName} as side B`}
                    onClick={() => setB(clip)}
                  >
                    B
                  </Button>
                </li>
              ))}
            </ul>
            <p className="why tn">
              {list.data.matchCount > list.data.items.length
                ? `${list.data.items.length} of ${list.data.matchCount} shown: search to narrow it.`
                : `${list.data.matchCount} ${list.data.matchCount === 1 ? 'clip' : 'clips'}.`}
            </p>
          </>
        )}
      </section>
    </div>
  );
}

function Picked({ letter, clip }: { readonly letter: 'A' | 'B'; readonly clip: ClipWithRun | null }): ReactNode {
  return (
    <span className="row trunc">
      <span className={letter === 'A' ? 'cmp-side a' : 'cmp-side b'}>{letter}</span>
      <span className={clip === null ? 't3 trunc' : 'trunc'}>
        {clip === null ? 'not chosen' : `${clip.clipName ?? clip.fileName}, ${clipWords(clip)}, ${clip.runName}`}
      </span>
    </span>
  );
}
