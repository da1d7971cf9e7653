import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Check } from 'lucide-react';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { RunListItem } from '#shared/model/run.ts';
import { classes } from '../../ui/classes.ts';
import { useNow } from '../../ui/use-now.ts';
import { columnLooks, createRunColumns, narrowPx, runTableFeatures, type ColumnLook } from './run-columns.tsx';
import { selectRun, setSort, toggleMark, useRuns } from './runs-store.ts';

const rowPx = 32;
/** Drawn beyond the visible part: room for a row that is half in view, and for a small move. */
const spareRows = 4;
const noRuns: readonly RunListItem[] = [];

function lookOf(columnId: string): ColumnLook {
  const look = columnLooks[columnId];
  if (look === undefined) throw new Error(`no look for column ${columnId}`);
  return look;
}

/** Width of an element, followed as it changes. */
function useWidth(ref: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

function HeadCell({ columnId, children }: { readonly columnId: string; readonly children: ReactNode }): ReactNode {
  const sort = useRuns((state) => state.sort);
  const descending = useRuns((state) => state.descending);
  const look = lookOf(columnId);
  const isSorted = look.sort !== null && look.sort === sort;
  const Arrow = descending ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      className={classes('hc', look.isNumber && 'num')}
      aria-sort={isSorted ? (descending ? 'descending' : 'ascending') : undefined}
    >
      {look.sort === null ? (
        children
      ) : (
        <button
          type="button"
          className={isSorted ? 'sorted' : ''}
          onClick={() => {
            if (look.sort !== null) setSort(look.sort, isSorted ? !descending : look.firstDescending);
          }}
        >
          {children}
          {isSorted ? <Arrow className="icon" aria-hidden="true" /> : null}
        </button>
      )}
    </div>
  );
}

type RowProps = {
  readonly run: RunListItem;
  readonly index: number;
  readonly startPx: number;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly cells: () => ReactNode;
  /** Cells are drawn anew only when this changes. */
  readonly version: unknown;
  readonly onOpen: (runId: string) => void;
};

const Row = memo(
  function Row({ run, index, startPx, isSelected, isMarked, cells, onOpen }: RowProps): ReactNode {
    return (
      <div
        role="row"
        id={`run-${run.id}`}
        className={classes('tr', isSelected && 'sel', isMarked && 'marked')}
        style={{ transform: `translateY(${startPx}px)` }}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        data-testid="run-row"
        data-run-id={run.id}
        onClick={(event) => {
          selectRun(run.id);
          event.currentTarget.closest<HTMLElement>('[role=grid]')?.focus({ preventScroll: true });
        }}
        onDoubleClick={() => onOpen(run.id)}
      >
        {cells()}
      </div>
    );
  },
  (before, after) =>
    before.run === after.run &&
    before.startPx === after.startPx &&
    before.isSelected === after.isSelected &&
    before.isMarked === after.isMarked &&
    before.version === after.version,
);

/**
 * The runs as a grid. Its rows lie in a layer that sticks to the viewport and is moved by script
 * only, so that a fast scroll can never show a part that has not been drawn.
 */
export function RunsTable({
  runs = noRuns,
  onOpen,
}: {
  readonly runs: readonly RunListItem[] | undefined;
  readonly onOpen: (runId: string) => void;
}): ReactNode {
  const scrollRef = useRef<HTMLDivElement>(null);
  const layerRef = useRef<HTMLDivElement>(null);
  const nowMs = useNow(60_000);
  const width = useWidth(scrollRef);
  const selectedId = useRuns((state) => state.selectedId);
  const marked = useRuns((state) => state.marked);
  const columns = useMemo(
    () =>
      createRunColumns(nowMs).filter(
        (column) => column.id !== undefined && lookOf(column.id).fromPx <= Math.max(width, 1),
      ),
    [nowMs, width],
  );
  const table = useTable({
    features: runTableFeatures,
    columns,
    data: runs as RunListItem[],
    getRowId: (run) => run.id,
  });
  const rows = table.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowPx,
    // Always the same number of rows: a row that leaves at one end is filled anew at the other,
    // instead of being taken apart and built again.
    rangeExtractor: ({ startIndex, count }) => {
      const wanted = Math.ceil((scrollRef.current?.clientHeight ?? 0) / rowPx) + 1 + 2 * spareRows;
      const drawn = Math.min(count, wanted);
      const first = Math.max(0, Math.min(startIndex - spareRows, count - drawn));
      return Array.from({ length: drawn }, (_, offset) => first + offset);
    },
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const selectedIndex = useMemo(() => runs.findIndex((run) => run.id === selectedId), [runs, selectedId]);
  const isNarrow = width > 0 && width < narrowPx;
  const template = columns
    .map((column) => lookOf(column.id ?? ''))
    .map((look) => (isNarrow ? (look.narrow ?? look.width) : look.width))
    .join(' ');

  useEffect(() => {
    const scroller = scrollRef.current;
    const layer = layerRef.current;
    if (scroller === null || layer === null) return undefined;
    const follow = (): void => {
      layer.style.transform = `translateY(${-scroller.scrollTop}px)`;
    };
    follow();
    scroller.addEventListener('scroll', follow, { passive: true });
    return () => scroller.removeEventListener('scroll', follow);
  }, []);

  useEffect(() => {
    if (selectedIndex >= 0) virtualizer.scrollToIndex(selectedIndex);
    // Only a new choice may move the list; a list that was read again may not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [selectedId]);

  const move = (to: number): void => {
    const run = runs[Math.max(0, Math.min(runs.length - 1, to))];
    if (run !== undefined) selectRun(run.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? rowPx) / rowPx) - 1);
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(selectedIndex + 1),
      ArrowUp: () => move(Math.max(0, selectedIndex - 1)),
      PageDown: () => move(selectedIndex + page),
      PageUp: () => move(selectedIndex - page),
      Home: () => move(0),
      End: () => move(runs.length - 1),
      Enter: () => {
        if (selectedId !== null) onOpen(selectedId);
      },
      ' ': () => {
        if (selectedId !== null) toggleMark(selectedId);
      },
    };
    const act = moves[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div
      className={classes('grid', isNarrow && 'narrowed')}
      role="grid"
      aria-label="Runs"
      aria-rowcount={runs.length + 1}
      aria-multiselectable="false"
      aria-activedescendant={selectedIndex >= 0 ? `run-${selectedId}` : undefined}
      tabIndex={0}
      data-region="runs-table"
      onKeyDown={onKeyDown}
      style={{ '--columns': template } as React.CSSProperties}
    >
      <div role="rowgroup" className="thead">
        <div role="row" className="tr head" aria-rowindex={1}>
          {table.getHeaderGroups()[0]?.headers.map((header) => (
            <HeadCell key={header.id} columnId={header.column.id}>
              <table.FlexRender header={header} />
            </HeadCell>
          ))}
        </div>
      </div>
      <div className="scroller" ref={scrollRef} role="rowgroup" tabIndex={-1}>
        <div role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          <div role="presentation" className="still">
            <div role="presentation" ref={layerRef}>
              {items.map((item) => {
                const row = rows[item.index];
                if (row === undefined) return null;
                const run = row.original;
                const isMarked = marked.includes(run.id);
                return (
                  <Row
                    key={item.index % items.length}
                    run={run}
                    index={item.index}
                    startPx={item.start}
                    isSelected={run.id === selectedId}
                    isMarked={isMarked}
                    version={columns}
                    onOpen={onOpen}
                    cells={() =>
                      row.getAllCells().map((cell) => (
                        <div
                          key={cell.column.id}
                          role="gridcell"
                          className={classes('td', lookOf(cell.column.id).isNumber && 'num')}
                        >
                          {cell.column.id === 'name' && isMarked ? (
                            <Check className="icon mark" aria-label="Marked for compare" role="img" />
                          ) : null}
                          <table.FlexRender cell={cell} />
                        </div>
                      ))
                    }
                  />
                );
              })}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}
