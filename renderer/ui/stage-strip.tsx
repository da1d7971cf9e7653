import { Fragment, memo, useId, useMemo, useRef, type ReactNode } from 'react';
import type { Stage, StageCell } from '#shared/model/run.ts';
import { compareStageKeys, stageGroupStarts, stageNames } from '#shared/model/stages.ts';
import { classes } from './classes.ts';
import { formatBriefDuration, formatDuration } from './format.ts';
import { placePopover } from './place-popover.ts';
import { describeStages, foldCells, stageClassOf, stageWordOf } from './stage-cell.ts';

/** The 20 stages as cells of a table: one look, no text. */
export const StageStrip = memo(function StageStrip({ cells }: { readonly cells: readonly StageCell[] }): ReactNode {
  const folded = useMemo(() => foldCells(cells), [cells]);
  const label = `Stages: ${describeStages(folded.map(({ cell }) => cell))}`;
  return (
    <span className="ss" role="img" aria-label={label} data-testid="stage-strip">
      {folded.map(({ cell, words }) => (
        <i
          key={cell.key}
          className={classes(stageClassOf(cell), stageGroupStarts.has(cell.key) && 'g')}
          title={`${stageNames(cell.key).short} ${stageNames(cell.key).name}: ${words}`}
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
    return formatBriefDuration(stage.elapsedSeconds);
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

type StageBarProps = {
  readonly stages: readonly Stage[];
  /** The open one. */
  readonly selected: Stage | null;
  readonly onSelect: (stage: Stage | null) => void;
};

/** Words that say no more under the next stage, where they leave no room for each other. */
const quietWords: ReadonlySet<Stage['status']> = new Set(['not_reached', 'deferred', 'skipped']);

/** The stages of a run as buttons: one row, or a row for each facility under a head with their names. */
export function StageBar(props: StageBarProps): ReactNode {
  const facilities = new Set(props.stages.map((stage) => stage.facilityId).filter((id) => id !== null));
  return facilities.size > 1 ? (
    <FacilityBars {...props} facilityIds={[...facilities]} />
  ) : (
    <div className="stg" role="group" aria-label="Stages" data-testid="stage-strip">
      {props.stages.map((stage, index) => {
        const before = props.stages[index - 1];
        const isRepeated = quietWords.has(stage.status) && before?.status === stage.status;
        return (
          <StageButton key={stage.key} stage={stage} {...props}>
            <b>{stage.short}</b>
            <span className="sr">
              {stage.name}, {stageWordOf(cellOfStage(stage))},{' '}
            </span>
            <span className={classes('word tn', isRepeated && 'again')}>{stageNote(stage, cellOfStage(stage))}</span>
          </StageButton>
        );
      })}
    </div>
  );
}

function StageButton({
  stage,
  selected,
  onSelect,
  children,
}: Pick<StageBarProps, 'selected' | 'onSelect'> & {
  readonly stage: Stage;
  readonly children?: ReactNode;
}): ReactNode {
  const cell = cellOfStage(stage);
  const isOpen = stage === selected;
  const place = stage.facilityId === null ? '' : `, ${stage.facilityId}`;
  return (
    <button
      type="button"
      className={stageClassOf(cell)}
      aria-pressed={isOpen}
      aria-label={children === undefined ? `${stage.short} ${stage.name}, ${stageWordOf(cell)}${place}` : undefined}
      title={`${stage.short} ${stage.name}: ${stageWordOf(cell)}${
        stage.elapsedSeconds === null ? '' : `, ${formatDuration(stage.elapsedSeconds)}`
      }${place}`}
      onClick={() => onSelect(isOpen ? null : stage)}
    >
      <span className="barcell" />
      {children}
    </button>
  );
}

function FacilityBars({
  stages,
  facilityIds,
  ...rest
}: StageBarProps & { readonly facilityIds: readonly string[] }): ReactNode {
  const keys = [...new Set(stages.map((stage) => stage.key))].toSorted(compareStageKeys);
  const rows = [...facilityIds, ...(stages.some((stage) => stage.facilityId === null) ? [null] : [])];
  return (
    <div
      className="stg facilities scroll"
      role="group"
      aria-label="Stages by facility"
      data-testid="stage-strip"
      style={{ gridTemplateColumns: `minmax(110px, 160px) repeat(${keys.length}, minmax(28px, 1fr))` }}
    >
      <span className="fac t3">Facility</span>
      {keys.map((key) => (
        <b key={key} aria-hidden="true">
          {stageNames(key).short}
        </b>
      ))}
      {rows.map((facilityId) => (
        <Fragment key={facilityId ?? ''}>
          <span className="fac trunc" title={facilityId ?? undefined}>
            {facilityId ?? 'all together'}
          </span>
          {keys.map((key) => {
            const stage = stages.find((each) => each.key === key && each.facilityId === facilityId);
            return stage === undefined ? <span key={key} /> : <StageButton key={key} stage={stage} {...rest} />;
          })}
        </Fragment>
      ))}
    </div>
  );
}
