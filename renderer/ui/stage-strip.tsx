import { memo, useId, useRef, type ReactNode } from 'react';
import type { Stage, StageCell } from '#shared/model/run.ts';
import { stageGroupStarts, stageNames } from '#shared/model/stages.ts';
import { classes } from './classes.ts';
import { formatDuration } from './format.ts';
import { placePopover } from './place-popover.ts';
import { describeStages, stageClassOf, stageWordOf } from './stage-cell.ts';

/** The 20 stages as cells of a table: one look, no text. */
export const StageStrip = memo(function StageStrip({ cells }: { readonly cells: readonly StageCell[] }): ReactNode {
  return (
    <span className="ss" role="img" aria-label={`Stages: ${describeStages(cells)}`} data-testid="stage-strip">
      {cells.map((cell) => (
        <i
          key={cell.key}
          className={classes(stageClassOf(cell), stageGroupStarts.has(cell.key) && 'g')}
          title={`${stageNames(cell.key).short} ${stageNames(cell.key).name}: ${stageWordOf(cell)}`}
        />
      ))}
    </span>
  );
});

const legend: readonly (readonly [string, string])[] = [
  ['s', 'done'],
  ['m', 'reused'],
  ['t', 'stale'],
  ['r', 'running'],
  ['f', 'failed'],
  ['c', 'cut off'],
  ['k', 'skipped'],
  ['d', 'deferred'],
  ['n', 'not reached'],
  ['u', 'unknown'],
  ['s w', 'gate failed'],
];

/** What the shapes mean: in a line where there is room, behind a button where there is not. */
export function StageLegend(): ReactNode {
  const id = useId();
  const anchorRef = useRef<HTMLButtonElement>(null);
  return (
    <span className="legendbox">
      <LegendItems />
      <button ref={anchorRef} type="button" className="chip" popoverTarget={id}>
        Stage shapes
      </button>
      <div
        id={id}
        popover="auto"
        className="menu legendlist"
        role="dialog"
        aria-label="Stage shapes"
        onToggle={(event) => {
          if (event.newState === 'open' && anchorRef.current !== null)
            placePopover(event.currentTarget, anchorRef.current);
        }}
      >
        <LegendItems />
      </div>
    </span>
  );
}

function LegendItems(): ReactNode {
  return (
    <span className="legend">
      {legend.map(([className, word]) => (
        <span key={word}>
          <span className="ss" aria-hidden="true">
            <i className={className} />
          </span>
          {word}
        </span>
      ))}
    </span>
  );
}

/** What a stage took, or what it did instead of running. */
function stageNote(stage: Stage, cell: StageCell): string {
  if (stage.status === 'success' && !cell.stale && stage.elapsedSeconds !== null)
    return formatDuration(stage.elapsedSeconds);
  return stageWordOf({ ...cell, gateFailed: false });
}

export function cellOfStage(stage: Stage): StageCell {
  return {
    key: stage.key,
    status: stage.status,
    reused: stage.provenance === 'resumed' || stage.provenance === 'resume_corrupt',
    stale: stage.staleBecause !== null,
    gateFailed: stage.gateFailed,
  };
}

/** The stages of one run as a row of buttons; `selectedKey` is the open one. */
export function StageBar({
  stages,
  selectedKey,
  onSelect,
}: {
  readonly stages: readonly Stage[];
  readonly selectedKey: string | null;
  readonly onSelect: (key: string | null) => void;
}): ReactNode {
  return (
    <div className="stg" role="group" aria-label="Stages" data-testid="stage-strip">
      {stages.map((stage) => {
        const cell = cellOfStage(stage);
        const isOpen = stage.key === selectedKey;
        return (
          <button
            key={`${stage.facilityId ?? ''}/${stage.key}`}
            type="button"
            className={stageClassOf(cell)}
            aria-pressed={isOpen}
            title={`${stage.short} ${stage.name}: ${stageWordOf(cell)}`}
            onClick={() => onSelect(isOpen ? null : stage.key)}
          >
            <span className="barcell" />
            <b>{stage.short}</b>
            <span className="sr">
              {stage.name}, {stageWordOf(cell)},{' '}
            </span>
            <span className="word tn">{stageNote(stage, cell)}</span>
          </button>
        );
      })}
    </div>
  );
}
