import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { thumbnail, type Comparison, type Match, type SideName } from '../../player/index.ts';

/** Small pictures of a side along the timeline, from the frames the player holds. Only what is decoded is drawn. */
export function Filmstrip({
  comparison,
  match,
  side,
  aspect,
  first,
  count,
  storeVersion,
}: {
  readonly comparison: Comparison;
  /** Null until the clips are matched; another match means other pictures. */
  readonly match: Match | null;
  readonly side: SideName;
  readonly aspect: number;
  readonly first: number;
  readonly count: number;
  readonly storeVersion: number;
}): ReactNode {
  const ref = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<{ readonly key: string; readonly cells: Set<number> }>({ key: '', cells: new Set() });
  const isQueued = useRef(false);

  // Before the page is painted again: never a film of other clips, or of another match, under this axis.
  useLayoutEffect(() => {
    const canvas = ref.current;
    if (canvas !== null) canvas.width = 1;
    drawn.current = { key: '', cells: new Set() };
  }, [comparison, match, side]);

  useEffect(() => {
    const draw = (): void => {
      isQueued.current = false;
      const canvas = ref.current;
      if (canvas === null || count <= 0) return;
      const ratio = window.devicePixelRatio;
      const width = Math.round(canvas.clientWidth * ratio);
      const height = Math.round(canvas.clientHeight * ratio);
      if (width <= 0 || height <= 0) return;
      const cellCount = Math.max(1, Math.min(count, Math.round(width / (height * aspect))));
      const key = `${side} ${first} ${count} ${width} ${height}`;
      if (drawn.current.key !== key) {
        canvas.width = width;
        canvas.height = height;
        drawn.current = { key, cells: new Set() };
      }
      const context = canvas.getContext('2d');
      if (context === null) return;
      for (let cell = 0; cell < cellCount; cell++) {
        if (drawn.current.cells.has(cell)) continue;
        const planes = comparison.pictureAt(side, first + Math.floor(((cell + 0.5) * count) / cellCount));
        if (planes === null) continue;
        const from = Math.round((cell * width) / cellCount);
        const to = Math.round(((cell + 1) * width) / cellCount);
        context.putImageData(thumbnail(planes, Math.max(1, to - from), height), from, 0);
        drawn.current.cells.add(cell);
      }
    };
    const observer = new ResizeObserver(draw);
    if (ref.current !== null) observer.observe(ref.current);
    // Frames arrive in quick succession: draw at leisure, the panes come first.
    let timer: ReturnType<typeof setTimeout> | null = null;
    if (!isQueued.current) {
      isQueued.current = true;
      timer = setTimeout(draw, 120);
    }
    return () => {
      observer.disconnect();
      if (timer !== null) clearTimeout(timer);
      isQueued.current = false;
    };
  }, [comparison, match, side, aspect, first, count, storeVersion]);

  return <canvas ref={ref} className="cmp-film" aria-hidden="true" />;
}
