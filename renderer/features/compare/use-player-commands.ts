import { useEffect, useRef } from 'react';
import { useCommands, type Command } from '../../shell/commands.ts';
import {
  compareModes,
  differenceStyles,
  fitView,
  palettes,
  type Comparison,
  type CompareMode,
} from '../../player/index.ts';

export const modeWords: Readonly<Record<CompareMode, string>> = {
  side: 'Side by side',
  wipe: 'Wipe',
  butterfly: 'Butterfly',
  difference: 'Difference',
  flicker: 'Flicker',
};
/** The next of a few, and the first after the last. */
function after<T>(all: readonly T[], now: T): T {
  return all[(all.indexOf(now) + 1) % all.length]!;
}

const fastRates = [1, 2, 4] as const;

/** Keys of the player while it is on screen. */
export function usePlayerCommands(comparison: Comparison | null, isPair: boolean, more: readonly Command[]): void {
  const reached = useReachedByKeyboard();
  const act = (run: (player: Comparison) => void) => () => {
    if (comparison !== null && comparison.getState().match !== null) run(comparison);
  };
  const shuttle = (player: Comparison, direction: 1 | -1): void => {
    const { isPlaying, direction: now, rate } = player.getState();
    const faster = fastRates.find((each) => each > rate) ?? 4;
    player.setRate(isPlaying && now === direction ? faster : 1);
    player.play(direction);
  };
  const setEdge = (player: Comparison, edge: 'first' | 'last'): void => {
    const { loop, firstMaster, lastMaster } = player.getState();
    const masterFrame = player.targetFrame;
    const first = edge === 'first' ? masterFrame : Math.min(loop?.first ?? firstMaster, masterFrame);
    const last = edge === 'last' ? masterFrame : Math.max(loop?.last ?? lastMaster, masterFrame);
    player.setLoop({ first, last });
  };
  const commands: Command[] = [
    {
      id: 'back',
      title: 'One frame back',
      keyCaps: ['←'],
      bindings: ['ArrowLeft'],
      inPalette: false,
      run: act((player) => player.step(-1)),
    },
    {
      id: 'on',
      title: 'One frame on',
      keyCaps: ['←', '→'],
      bindings: ['ArrowRight'],
      footer: 'frame',
      inPalette: false,
      run: act((player) => player.step(1)),
    },
    {
      id: 'back10',
      title: 'Ten frames back',
      keyCaps: ['⇧', '←'],
      bindings: ['Shift+ArrowLeft'],
      inPalette: false,
      run: act((player) => player.step(-10)),
    },
    {
      id: 'on10',
      title: 'Ten frames on',
      keyCaps: ['⇧', '→'],
      bindings: ['Shift+ArrowRight'],
      footer: '10 frames',
      inPalette: false,
      run: act((player) => player.step(10)),
    },
    {
      id: 'note',
      title: 'Write a note on this frame, or on the loop',
      keyCaps: ['N'],
      bindings: ['n'],
      footer: 'note',
      run: () => document.querySelector<HTMLElement>('[data-frame-note]')?.focus(),
    },
    {
      id: 'first',
      title: 'First frame',
      keyCaps: ['Home'],
      bindings: ['Home'],
      run: act((player) => player.seek(player.getState().firstMaster)),
    },
    {
      id: 'last',
      title: 'Last frame',
      keyCaps: ['End'],
      bindings: ['End'],
      run: act((player) => player.seek(player.getState().lastMaster)),
    },
    {
      id: 'reverse',
      title: 'Play backwards, again for faster',
      keyCaps: ['J'],
      bindings: ['j'],
      inPalette: false,
      run: act((player) => shuttle(player, -1)),
    },
    {
      id: 'pause',
      title: 'Pause',
      keyCaps: ['K'],
      bindings: ['k'],
      inPalette: false,
      run: act((player) => player.pause()),
    },
    {
      id: 'forward',
      title: 'Play, again for faster',
      keyCaps: ['J', 'K', 'L'],
      bindings: ['l'],
      footer: 'play',
      inPalette: false,
      run: act((player) => shuttle(player, 1)),
    },
    {
      id: 'toggle',
      title: 'Play or pause',
      keyCaps: ['Space'],
      bindings: ['Space'],
      run: act((player) => {
        // A button that was reached by keyboard keeps its own key.
        const focused = document.activeElement;
        if (focused instanceof HTMLButtonElement && focused === reached.current) focused.click();
        else player.toggle();
      }),
    },
    {
      id: 'in',
      title: 'Loop from here',
      keyCaps: ['I'],
      bindings: ['i'],
      run: act((player) => setEdge(player, 'first')),
    },
    {
      id: 'out',
      title: 'Loop to here',
      keyCaps: ['I', 'O'],
      bindings: ['o'],
      footer: 'loop range',
      run: act((player) => setEdge(player, 'last')),
    },
    {
      id: 'noloop',
      title: 'Remove the loop range',
      keyCaps: ['⇧', 'I'],
      bindings: ['Shift+I'],
      run: act((player) => player.setLoop(null)),
    },
    {
      id: 'palette',
      title: 'Stored colours, grey, turbo, viridis in turn',
      keyCaps: ['C'],
      bindings: ['c'],
      run: act((player) => player.setLook({ palette: after(palettes, player.getState().look.palette) })),
    },
    {
      id: 'zoom',
      title: 'Fit, 1:1, 4:1 in turn',
      keyCaps: ['Z'],
      bindings: ['z'],
      footer: 'zoom',
      run: act((player) => {
        const { scale } = player.getState().view;
        player.setView(
          scale === null
            ? { ...player.getState().view, scale: 1 }
            : scale < 4
              ? { ...player.getState().view, scale: 4 }
              : fitView,
        );
      }),
    },
    {
      id: 'larger',
      title: 'Zoom in',
      keyCaps: ['+'],
      bindings: ['+', '=', 'Shift++'],
      run: act((player) => player.zoom(1.5)),
    },
    { id: 'smaller', title: 'Zoom out', keyCaps: ['−'], bindings: ['-'], run: act((player) => player.zoom(1 / 1.5)) },
    { id: 'fit', title: 'Fit', keyCaps: ['0'], bindings: ['0'], run: act((player) => player.setView(fitView)) },
    ...more,
  ];
  if (isPair) {
    commands.push({
      id: 'swap',
      title: 'Swap sides',
      keyCaps: ['X'],
      bindings: ['x'],
      footer: 'swap',
      run: act((player) => player.swap()),
    });
    commands.push({
      id: 'difference style',
      title: 'Difference in colours, with its sign, as heat, in turn',
      keyCaps: ['D'],
      bindings: ['d'],
      run: act((player) => {
        const { look, mode } = player.getState();
        if (mode === 'difference') player.setLook({ differenceStyle: after(differenceStyles, look.differenceStyle) });
        else player.setMode('difference');
      }),
    });
    commands.push({
      id: 'flip',
      title: 'Show the other side (flicker)',
      keyCaps: ['F'],
      bindings: ['f'],
      run: act((player) => player.flip()),
    });
    for (const [index, mode] of compareModes.entries()) {
      commands.push({
        id: `mode ${mode}`,
        title: modeWords[mode],
        keyCaps: [String(index + 1)],
        bindings: [String(index + 1)],
        run: act((player) => player.setMode(mode)),
      });
    }
  }
  useCommands(isPair ? 'Compare' : 'Clip', commands);
}

/**
 * The element that got the focus by keyboard. `:focus-visible` alone does not tell: a button that was
 * clicked matches it from the next key on.
 */
function useReachedByKeyboard(): { readonly current: EventTarget | null } {
  const reached = useRef<EventTarget | null>(null);
  useEffect(() => {
    const onFocus = (event: FocusEvent): void => {
      const isByKeyboard = event.target instanceof Element && event.target.matches(':focus-visible');
      reached.current = isByKeyboard ? event.target : null;
    };
    document.addEventListener('focusin', onFocus);
    return () => document.removeEventListener('focusin', onFocus);
  }, []);
  return reached;
}
