import type { ReactNode } from 'react';
import { transformSchema } from '#shared/rules/orientation/transforms.ts';
import {
  asStored,
  fitRange,
  fullRange,
  mapGradient,
  palettes,
  type Comparison,
  type ComparisonState,
  type SideName,
} from '../../player/index.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { transformWords } from '../orientation/words.ts';
import { isChanged, paletteWords } from './look-words.ts';

/** How the pictures are laid for the eye: colour map and its levels, and the way each side lies. Files stay as they are. */
export function LookSection({
  comparison,
  state,
  isPair,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly isPair: boolean;
}): ReactNode {
  const { look } = state;
  const isMapped = look.palette !== 'colour';
  const isFull = look.range.low === fullRange.low && look.range.high === fullRange.high;
  const sides: readonly SideName[] = isPair ? ['left', 'right'] : ['left'];
  const reset = (): void => {
    comparison.setLook({ palette: 'colour', range: fullRange });
    for (const side of sides) comparison.setSideLook(side, asStored);
  };
  return (
    <section>
      <h2>
        Look <span className="src">a view, files stay as they are</span>
      </h2>
      <dl className="cmp-facts">
        <dt className="sr">Colours</dt>
        <dd className="is-wide">
          <Segmented
            size="small"
            label="Colours"
            options={palettes.map((palette) => ({ value: palette, label: paletteWords[palette] }))}
            value={look.palette}
            onChange={(palette) => comparison.setLook({ palette })}
          />
        </dd>
        {look.palette === 'colour' ? null : (
          <>
            <dt>Levels</dt>
            <dd>
              <Segmented
                size="small"
                label="Levels"
                options={[
                  { value: 'full', label: 'Full' },
                  { value: 'fit', label: isPair ? 'Fit both' : 'Fit' },
                ]}
                value={isFull ? 'full' : 'fit'}
                onChange={(value) => comparison.setLook({ range: value === 'full' ? fullRange : fitRange(comparison) })}
              />
            </dd>
            <dt className="sr">Scale</dt>
            <dd className="is-wide">
              <Scale
                gradient={mapGradient(look.palette)}
                low={look.range.low.toFixed(2)}
                high={look.range.high.toFixed(2)}
              />
            </dd>
          </>
        )}
        {sides.map((side) => (
          <SideLookRow
            key={side}
            comparison={comparison}
            state={state}
            side={side}
            isPair={isPair}
            isMapped={isMapped}
          />
        ))}
      </dl>
      {isChanged(look) ? (
        <div>
          <Button size="small" onClick={reset}>
            Show as stored
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function SideLookRow({
  comparison,
  state,
  side,
  isPair,
  isMapped,
}: {
  readonly comparison: Comparison;
  readonly state: ComparisonState;
  readonly side: SideName;
  readonly isPair: boolean;
  readonly isMapped: boolean;
}): ReactNode {
  const { turn, isInverted } = state.look[side];
  const letter = side === 'left' ? 'A' : 'B';
  const name = isPair ? `Side ${letter}` : 'The clip';
  return (
    <>
      <dt className="sr">{name}</dt>
      <dd className="cmp-look-side is-wide">
        {isPair ? <span className={classes('cmp-side', letter === 'A' ? 'a' : 'b')}>{letter}</span> : null}
        <div className="field sm">
          <select
            aria-label={`${name} is shown`}
            value={turn}
            onChange={(event) => comparison.setSideLook(side, { turn: transformSchema.parse(event.target.value) })}
          >
            {transformSchema.options.map((option) => (
              <option key={option} value={option}>
                {transformWords[option]}
              </option>
            ))}
          </select>
        </div>
        {isMapped ? (
          <Button
            size="small"
            aria-pressed={isInverted}
            title={`${name}: near and far swapped`}
            onClick={() => comparison.setSideLook(side, { isInverted: !isInverted })}
          >
            Swap near, far
          </Button>
        ) : null}
      </dd>
    </>
  );
}

/** What the ends of a colour map stand for. */
function Scale({
  gradient,
  low,
  high,
}: {
  readonly gradient: string;
  readonly low: string;
  readonly high: string;
}): ReactNode {
  return (
    <div className="cmp-scale tn">
      <span>{low}</span>
      <span className="cmp-scale-bar" style={{ background: gradient }} />
      <span>{high}</span>
    </div>
  );
}
