import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import type { StudyItem } from '#shared/model/study.ts';
import { createComparison, type ClipSource, type Comparison, type ComparisonState } from '../../player/index.ts';

export type BlindPlayer = {
  readonly comparison: Comparison | null;
  readonly state: ComparisonState | null;
  /** Exactly the frame that is asked about is on the screen, on both sides. */
  readonly isShown: boolean;
  readonly isOnFrame: boolean;
  readonly toggle: () => void;
  readonly step: (count: number) => void;
  readonly goBack: () => void;
  readonly zoom: () => void;
};

/** Both sides count frames from 0 and are told nothing else. */
const sourceOf = (mediaId: string): ClipSource => ({
  media: { kind: 'url', url: `/media/${mediaId}` },
  trimStartFrame: 0,
  sourceFrameCount: null,
  sourceKey: 'the clip',
});

const zoomed = 2.5;
const noSubscription = (): (() => void) => () => undefined;

/** The frame-exact player of a pair, opened once for all of its frames. */
export function useBlindPlayer(item: StudyItem): BlindPlayer {
  const { leftMediaId, rightMediaId, frame } = item;
  const [comparison, setComparison] = useState<Comparison | null>(null);
  useLayoutEffect(() => {
    const opened = createComparison({
      left: sourceOf(leftMediaId),
      right: sourceOf(rightMediaId),
      startFrame: frame,
    });
    // By number and not by time: both sides have as many frames.
    opened.setMatch({ kind: 'index', offset: 0 });
    setComparison(opened);
    return () => opened.close();
    // oxlint-disable-next-line react/exhaustive-deps -- another frame of the same pair is sought below
  }, [leftMediaId, rightMediaId]);
  useEffect(() => {
    comparison?.pause();
    comparison?.seek(frame);
  }, [comparison, frame]);
  const state = useSyncExternalStore(comparison?.subscribe ?? noSubscription, comparison?.getState ?? (() => null));
  const arePainted = state !== null && state.left.isPainted && state.right?.isPainted === true;
  const isOnFrame = state !== null && state.masterFrame === frame && !state.isPlaying;
  return {
    comparison,
    state,
    isShown: arePainted,
    isOnFrame,
    toggle: () => comparison?.toggle(),
    step: (count) => comparison?.step(count),
    goBack: () => {
      comparison?.pause();
      comparison?.seek(frame);
    },
    zoom: () => {
      if (comparison === null || state === null) return;
      if (state.view.scale === null) comparison.zoom(zoomed);
      else comparison.setView({ ...state.view, scale: null });
    },
  };
}
