import { Columns2, FolderInput } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { addressOf, copyLink } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { SearchField } from '../../ui/field.tsx';
import { formatCount, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StageLegend } from '../../ui/stage-strip.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import { useNow } from '../../ui/use-now.ts';
import { openImport } from '../import/import-store.ts';
import { useCompareRuns } from './compare-runs.ts';
import { RunFilterBar } from './run-filters.tsx';
import { RunPeek } from './run-peek.tsx';
import { RunsTable } from './runs-table.tsx';
import { isFiltered, listInputOf, noFilters, selectRun, setFilters, toggleMark, useRuns } from './runs-store.ts';
import { useRunList } from './use-run-list.ts';
import './runs.css';

const hourMs = 3_600_000;
const typingMs = 160;

function focusTable(): void {
  document.querySelector<HTMLElement>('[data-region=runs-table]')?.focus({ preventScroll: true });
}

/** A browser hands over a dropped folder without its path; the sheet that opens says so. */
function useFolderDrop(): {
  readonly isOver: boolean;
  readonly handlers: Pick<React.HTMLAttributes<HTMLElement>, 'onDragOver' | 'onDragLeave' | 'onDrop'>;
} {
  const [isOver, setIsOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave(event: DragEvent) {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false);
      },
      onDrop(event: DragEvent) {
        setIsOver(false);
        const name = event.dataTransfer.files[0]?.name;
        if (name === undefined) return;
        event.preventDefault();
        openImport({ droppedName: name });
      },
    },
  };
}

export function RunsScreen(): ReactNode {
  useScreenTitle('Runs');
  const [, navigate] = useLocation();
  const { filters, sort, descending, selectedId, marked } = useRuns();
  const nowMs = useNow(60_000);
  const hour = Math.floor(nowMs / hourMs) * hourMs;
  const text = useDebounced(filters.text, typingMs);
  const input = useMemo(
    () => listInputOf({ ...filters, text }, sort, descending, hour),
    [filters, text, sort, descending, hour],
  );
  const list = useRunList(input);
  const compareRuns = useCompareRuns();
  const searchRef = useRef<HTMLInputElement>(null);
  const drop = useFolderDrop();
  const runs = list.data?.items;
  const selected = runs?.find((run) => run.id === selectedId) ?? null;
  const open = (runId: string): void => navigate(addressOf.run(runId));
  const [leftId, rightId] = marked;
  const compareMarked = (): void => {
    if (leftId !== undefined && rightId !== undefined) void compareRuns(leftId, rightId);
  };

  useEffect(() => {
    if (selectedId === null && runs?.[0] !== undefined) selectRun(runs[0].id);
  }, [runs, selectedId]);
  const hasRuns = runs !== undefined && runs.length > 0;
  useEffect(() => {
    if (hasRuns && (document.activeElement === document.body || document.activeElement?.id === 'main')) focusTable();
  }, [hasRuns]);

  useFooterNote(
    list.data === undefined
      ? null
      : `${formatCount(list.data.matchCount)} of ${formatCount(list.data.totalCount)} shown`,
  );
  useCommands('Runs', [
    { id: 'move', title: 'Select a run', keyCaps: ['↑', '↓'], footer: 'select', inPalette: false, run: focusTable },
    {
      id: 'open',
      title: 'Open the selected run',
      keyCaps: ['⏎'],
      footer: 'open',
      run: () => (selected === null ? undefined : open(selected.id)),
    },
    {
      id: 'mark',
      title: 'Mark the selected run for compare',
      keyCaps: ['Space'],
      footer: 'mark for compare',
      run: () => (selected === null ? undefined : toggleMark(selected.id)),
    },
    {
      id: 'compare',
      title: 'Compare the marked runs',
      keyCaps: ['C'],
      bindings: ['c'],
      footer: 'compare',
      run: compareMarked,
    },
    {
      id: 'search',
      title: 'Search runs',
      keyCaps: ['/'],
      bindings: ['/'],
      footer: 'search',
      run: () => searchRef.current?.focus(),
    },
    {
      id: 'filter',
      title: 'Filter runs',
      keyCaps: ['F'],
      bindings: ['f'],
      footer: 'filter',
      run: () => document.querySelector<HTMLElement>('.runs-filters .chip')?.focus(),
    },
    { id: 'clear', title: 'Clear all filters', run: () => setFilters(noFilters) },
    {
      id: 'copy',
      title: 'Copy the link to the selected run',
      run: () => (selected === null ? undefined : void copyLink(addressOf.run(selected.id), selected.name)),
    },
  ]);

  return (
    <div className={drop.isOver ? 'screen dropping' : 'screen'} {...drop.handlers}>
      <div className="bar">
        <h1>Runs</h1>
        <span className="t3 tn">
          {list.data === undefined
            ? ''
            : `${plural(list.data.totalCount, 'run')}, ${plural(list.data.facilityIds.length, 'facility', 'facilities')}`}
        </span>
        {list.data === undefined ? null : <StaleNote error={list.error} readAtMs={list.dataUpdatedAt} nowMs={nowMs} />}
        <span className="sp" />
        <SearchField
          ref={searchRef}
          label="Search runs"
          keyHint="/"
          width={260}
          value={filters.text}
          onValue={(value) => setFilters({ text: value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            focusTable();
          }}
        />
        <Button onClick={() => openImport()} testId="import-button">
          <FolderInput className="icon" aria-hidden="true" />
          Import a folder…
        </Button>
        <span className="comparebtn">
          <Button
            disabled={marked.length < 2}
            title={marked.length < 2 ? 'Mark two runs with Space' : 'Compare (C)'}
            onClick={compareMarked}
          >
            <Columns2 className="icon" aria-hidden="true" />
            {marked.length === 0 ? 'Compare' : `Compare ${plural(marked.length, 'run')}`}
          </Button>
        </span>
      </div>
      <div className="sub runs-filters">
        <RunFilterBar facilityIds={list.data?.facilityIds ?? []} />
        <span className="sp" />
        <StageLegend />
      </div>
      {list.data !== undefined && list.data.totalCount === 0 ? (
        <EmptyState
          lead="No runs in this workspace yet."
          actions={
            <Button kind="primary" onClick={() => openImport()}>
              <FolderInput className="icon" aria-hidden="true" />
              Import a folder…
            </Button>
          }
        >
          Import a run, a snapshot, or a folder of several. Nothing is written into it.
        </EmptyState>
      ) : list.data !== undefined && runs?.length === 0 ? (
        <EmptyState
          lead={isFiltered(filters) ? 'No run matches these filters.' : 'No runs were listed.'}
          actions={<Button onClick={() => setFilters(noFilters)}>Clear all filters</Button>}
        >
          {plural(list.data.totalCount, 'run')} in this workspace.
        </EmptyState>
      ) : (
        <>
          <RunsTable runs={runs} onOpen={open} />
          {list.data === undefined ? (
            <div className="over">
              {list.error === null ? (
                <Reading what="Reading runs" />
              ) : (
                <ErrorState
                  title="Runs could not be read"
                  error={list.error}
                  actions={<Button onClick={() => void list.refetch()}>Read again</Button>}
                />
              )}
            </div>
          ) : (
            <RunPeek run={selected} />
          )}
        </>
      )}
      {drop.isOver ? <div className="dropnote">Drop to import this folder</div> : null}
    </div>
  );
}
