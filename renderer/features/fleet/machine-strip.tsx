import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.ts';
import { formatMoney } from '../../ui/format.ts';
import { Middle } from '../../ui/middle.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { CapMeter } from './cap-meter.tsx';
import { Sparkline } from './sparkline.tsx';
import type { FleetRow } from './use-fleet.ts';
import {
  burnParts,
  capWords,
  formatRate,
  gpuWords,
  guardReading,
  nameOf,
  stateOf,
  utilWords,
  type Reading,
} from './words.ts';

/** The height of a line, while there is nothing to say in it. */
const noWords = '\u00A0';

function Fact({ reading, title }: { readonly reading: Reading; readonly title?: string }): ReactNode {
  return (
    <>
      <StateMark shape={reading.shape} word={reading.word} />
      <span className="why trunc tn" title={title ?? reading.because}>
        {reading.because === '' ? noWords : reading.because}
      </span>
    </>
  );
}

/** What a machine works on, as far as this room knows. */
function workOf({ item }: FleetRow): string {
  const owner = item.ownership === 'known' ? `known${item.owner === null ? '' : `, of ${item.owner}`}` : null;
  const place = item.geolocation;
  return [owner, item.imageName, place].filter((part) => part !== null).join(', ') || 'image not told';
}

const tintClass = { fail: 'bad', unknown: 'quest', warn: 'idle' } as const;

/** One machine as a strip of fixed fields: a value that changes moves no other. */
export function MachineStrip({
  row,
  id,
  isSelected,
  span,
  nowMs,
  onSelect,
  onOpen,
}: {
  readonly row: FleetRow;
  readonly id: string;
  readonly isSelected: boolean;
  readonly span: { readonly sinceMs: number; readonly untilMs: number };
  readonly nowMs: number;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}): ReactNode {
  const { item, attention, budget } = row;
  const isBlind = attention.tint === 'fail' || attention.tint === 'unknown';
  return (
    <div
      id={id}
      role="option"
      aria-selected={isSelected}
      className={classes('fs g', attention.tint !== null && tintClass[attention.tint], isSelected && 'sel')}
      data-testid="machine"
      data-machine-id={item.id}
      data-attention={attention.kind}
      onClick={onSelect}
      onDoubleClick={onOpen}
    >
      <div>
        <Fact reading={stateOf(row, nowMs)} title={item.phaseBecause} />
      </div>
      <div>
        <span className="name">
          <Middle text={item.label ?? 'no label'} />
        </span>
        <span className="t2 trunc">
          {gpuWords(item)} <span className="t3 tn s11">{item.id}</span>
        </span>
        <span className="t3 s11 trunc" title={workOf(row)}>
          {workOf(row)}
        </span>
      </div>
      <div>
        <Sparkline
          points={row.points}
          {...span}
          tone={
            attention.kind === 'billed_idle'
              ? 'warn'
              : item.phase !== 'running'
                ? 'flat'
                : isBlind
                  ? 'unknown'
                  : 'plain'
          }
        />
        <span className="s11 t3 trunc tn">{utilWords(row)}</span>
      </div>
      <div className="right">
        {item.burnRatePerHourUsd === null ? (
          <Unknown because={item.burnBecause} quiet />
        ) : (
          <span className="burn tn">{formatRate(item.burnRatePerHourUsd)}</span>
        )}
        <span className="s11 t3 trunc tn" title={item.burnBecause}>
          {burnParts(item)}
        </span>
      </div>
      <div>
        {item.spentUsd === null ? (
          <Unknown because="nothing was charged or observed yet" quiet />
        ) : (
          <span className={classes('w5 tn', budget?.state === 'over' && 'fail')}>
            {item.isSpentEstimated ? <span className="t3">about </span> : null}
            {formatMoney(item.spentUsd)}
          </span>
        )}
        <CapMeter budget={budget} />
        <span className="s11 t3 trunc tn">{capWords(row)}</span>
      </div>
      <div>
        <Fact reading={row.snapshot} />
      </div>
      <div>
        <Fact reading={guardReading(item, nowMs)} />
      </div>
      <span className="sr">{nameOf(item)}</span>
    </div>
  );
}
