import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import type { BlindPlayer } from './use-blind-player.ts';

/** Two wells of one size. What stands over a missing picture is the same words for either side. */
export function BlindPanes({ player, frame }: { readonly player: BlindPlayer; readonly frame: number }): ReactNode {
  const { comparison, state, isOnFrame } = player;
  const left = useRef<HTMLDivElement>(null);
  const right = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (comparison === null) return undefined;
    const detach = [comparison.attach('left', left.current!), comparison.attach('right', right.current!)];
    comparison.label('left', 'Left picture');
    comparison.label('right', 'Right picture');
    return () => {
      for (const each of detach) each();
    };
  }, [comparison]);
  const failed = [state?.left.mark, state?.right?.mark].some((mark) => mark?.kind === 'failed');
  // One shape for both, that of the left one, whatever either of them is.
  const facts = state?.left.facts ?? null;
  const aspect = facts === null ? 4 / 3 : facts.widthPx / facts.heightPx;
  return (
    <div className="study-duo">
      {([left, right] as const).map((ref, at) => (
        <figure key={at} aria-label={at === 0 ? 'Left' : 'Right'}>
          <div ref={ref} className="study-well" style={{ aspectRatio: String(aspect) }}>
            {player.isShown ? null : (
              <div className="study-mark">
                {failed ? (
                  <>
                    <StateMark shape="fail" word="These clips can not be shown" />
                    <Button
                      size="small"
                      onClick={() => {
                        comparison?.retry('left');
                        comparison?.retry('right');
                      }}
                    >
                      Read again
                    </Button>
                  </>
                ) : (
                  <StateMark shape="running" word="Reading" />
                )}
              </div>
            )}
          </div>
        </figure>
      ))}
      <p className="study-where s11 t3" role="status" data-frame={player.isShown && isOnFrame ? frame : undefined}>
        {isOnFrame ? '' : 'Another frame is in view: ↑ goes back to the one that is asked about'}
      </p>
    </div>
  );
}
