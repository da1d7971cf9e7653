import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { canonicalStages, stageNames } from '#shared/model/stages.ts';
import type { LogLevel } from '#shared/model/log.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { SearchField } from '../../ui/field.tsx';
import { formatCount, plural } from '../../ui/format.ts';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import { useNow } from '../../ui/use-now.ts';
import { HitRow, kindWords } from './hit-row.tsx';
import { firstLimit, setHistorySearch, useHistorySearch, type HitKind } from './history-store.ts';
import './history.css';

const typingMs = 180;
const mostHits = 500;
const kinds = Object.keys(kindWords) as HitKind[];
const levels: readonly LogLevel[] = ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG'];

function toggled<T>(list: readonly T[], item: T): readonly T[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}

function Filters(): ReactNode {
  const view = useHistorySearch();
  return (
    <>
      <Menu
        label="Kinds of hit"
        buttonClass={classes('chip', view.kinds.length > 0 && 'set')}
        button={
          <>
            Find{' '}
            <b>
              {view.kinds.length === 0
                ? 'everything'
                : view.kinds.map((kind) => kindWords[kind].toLowerCase()).join(', ')}
            </b>
          </>
        }
      >
        {kinds.map((kind) => (
          <MenuChoice
            key={kind}
            checked={view.kinds.includes(kind)}
            onToggle={() => setHistorySearch({ kinds: toggled(view.kinds, kind) })}
          >
            {kindWords[kind]}
          </MenuChoice>
        ))}
      </Menu>
      <Menu
        label="Log levels"
        buttonClass={classes('chip', view.levels.length > 0 && 'set')}
        button={
          <>
            Level <b>{view.levels.length === 0 ? 'all' : view.levels.join(', ').toLowerCase()}</b>
          </>
        }
      >
        {levels.map((level) => (
          <MenuChoice
            key={level}
            checked={view.levels.includes(level)}
            onToggle={() => setHistorySearch({ levels: toggled(view.levels, level) })}
          >
            {level.charAt(0) + level.slice(1).toLowerCase()}
          </MenuChoice>
        ))}
      </Menu>
      <Menu
        label="Stage"
        buttonClass={classes('chip', view.stageKey !== null && 'set')}
        button={
          <>
            Stage <b>{view.stageKey === null ? 'all' : stageNames(view.stageKey).short}</b>
          </>
        }
      >
        <MenuChoice single checked={view.stageKey === null} onToggle={() => setHistorySearch({ stageKey: null })}>
          all
        </MenuChoice>
        {canonicalStages.map((stage) => (
          <MenuChoice
            key={stage.key}
            single
            checked={view.stageKey === stage.key}
            onToggle={() => setHistorySearch({ stageKey: stage.key })}
            end={stage.name}
          >
            {stage.short}
          </MenuChoice>
        ))}
      </Menu>
    </>
  );
}

/** ↑ and ↓ walk through the hits. */
function moveThroughHits(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const hits = [...event.currentTarget.querySelectorAll<HTMLElement>('.hit')];
  hits[hits.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  event.preventDefault();
}

export function HistoryScreen(): ReactNode {
  useScreenTitle('History');
  const [query, setQuery] = useSearchParams();
  const asked = query.get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  const text = useDebounced(typed, typingMs).trim();
  const view = useHistorySearch();
  const nowMs = useNow(60_000);
  const searchRef = useRef<HTMLInputElement>(null);
  const listRef = useRef<HTMLUListElement>(null);

  useEffect(() => {
    if (text !== asked) {
      setQuery(text === '' ? {} : { q: text }, { replace: true });
      setHistorySearch({ limit: firstLimit });
    }
    // The address follows what is typed; a new address is followed below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  useEffect(() => {
    if (asked !== typed.trim()) setTyped(asked);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [asked]);

  const hits = useRoomQuery(
    'history.search',
    {
      text: text === '' ? ' ' : text.slice(0, 200),
      limit: view.limit,
      ...(view.kinds.length === 0 ? {} : { kinds: [...view.kinds] }),
      ...(view.levels.length === 0 ? {} : { levels: [...view.levels] }),
      ...(view.stageKey === null ? {} : { stageKey: view.stageKey }),
    },
    { enabled: text !== '', keepPrevious: true },
  );
  const room = useRoomQuery('room.info', {});
  const items = hits.data?.items ?? [];
  useFooterNote(
    text === '' || hits.data === undefined ? null : `${items.length}${hits.data.hasMore ? ' or more' : ''} hits`,
  );
  useCommands('History', [
    {
      id: 'search',
      title: 'Search the history',
      keyCaps: ['/'],
      bindings: ['/'],
      footer: 'search',
      run: () => searchRef.current?.focus(),
    },
    {
      id: 'move',
      title: 'Go through the hits',
      keyCaps: ['↑', '↓'],
      footer: 'hits',
      inPalette: false,
      run: () => listRef.current?.querySelector<HTMLElement>('.hit')?.focus(),
    },
    { id: 'open', title: 'Open the hit', keyCaps: ['⏎'], footer: 'open', inPalette: false, run: () => undefined },
  ]);

  return (
    <div className="screen">
      <div className="bar">
        <h1>History</h1>
        <span className="t3 tn trunc">
          {room.data === undefined
            ? ''
            : `${plural(room.data.counts.runs, 'run')}, ${plural(room.data.counts.logLines, 'log line')}, ${plural(room.data.counts.decisions, 'decision')}`}
        </span>
        <StaleNote error={hits.data === undefined ? null : hits.error} readAtMs={hits.dataUpdatedAt} nowMs={nowMs} />
      </div>
      <div className="historysearch">
        <SearchField
          ref={searchRef}
          large
          autoFocus
          label="Search runs, stages, prompts, clips, notes and log lines"
          keyHint="/"
          value={typed}
          onValue={setTyped}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            listRef.current?.querySelector<HTMLElement>('.hit')?.focus();
          }}
        />
        <div className="row">
          <Filters />
          <span className="sp" />
          <span className="why tn">
            {text === '' || hits.data === undefined
              ? ''
              : `Newest first, times in UTC${hits.data.usedSubstrings ? '. Parts of words were searched too' : ''}`}
          </span>
        </div>
      </div>
      {text === '' ? (
        <EmptyState lead="Type a word of a log line, a prompt, a stage or a run.">
          Several words must all be there. Everything stays searchable when the folders are gone.
        </EmptyState>
      ) : hits.data === undefined ? (
        hits.error === null ? (
          <Reading what="Searching" />
        ) : (
          <ErrorState
            title="Search stopped"
            error={hits.error}
            actions={<Button onClick={() => void hits.refetch()}>Search again</Button>}
          />
        )
      ) : items.length === 0 ? (
        <EmptyState lead={`Nothing matches “${text}”.`}>
          {room.data === undefined
            ? 'The whole history was searched.'
            : `${formatCount(room.data.counts.logLines)} log lines and ${plural(room.data.counts.runs, 'run')} were searched.`}
        </EmptyState>
      ) : (
        <div className="scroll hits">
          <ul ref={listRef} onKeyDown={moveThroughHits} aria-label="Hits">
            {items.map((hit, index) => (
              <HitRow
                key={`${hit.kind} ${hit.runId} ${hit.logId ?? ''} ${hit.line ?? ''} ${hit.clipId ?? ''} ${index}`}
                hit={hit}
                nowMs={nowMs}
              />
            ))}
          </ul>
          {hits.data.hasMore ? (
            <div className="pad row">
              {view.limit < mostHits ? (
                <Button onClick={() => setHistorySearch({ limit: Math.min(mostHits, view.limit * 2) })}>
                  Show more
                </Button>
              ) : (
                <span className="why">{mostHits} hits are shown. Add a word to narrow the search.</span>
              )}
            </div>
          ) : null}
        </div>
      )}
    </div>
  );
}
