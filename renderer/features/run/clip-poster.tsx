import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Clip } from '#shared/model/clip.ts';
import { getPoster } from '../../player/poster.ts';
import { StateMark } from '../../ui/state-mark.tsx';

const posterWidthPx = 320;
const looksAheadPx = 200;
/** So many places along a clip are shown while the pointer goes over it. */
const scrubSteps = 16;

type PosterState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'drawn' }
  | { readonly kind: 'failed'; readonly because: string };

/** True once the element is near the visible part. It never becomes false again: a picture stays. */
function useSeen(ref: React.RefObject<HTMLElement | null>): boolean {
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null || isSeen) return undefined;
    const observer = new IntersectionObserver((entries) => setIsSeen(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: `${looksAheadPx}px`,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, isSeen]);
  return isSeen;
}

/** Why there is no picture, decided before anything is decoded. */
function knownReason(clip: Clip): { readonly word: string; readonly because: string } | null {
  if (!clip.isPresent) return { word: 'Missing', because: 'The file is not where it was last seen' };
  if (!clip.playable && clip.convertedMediaId === null)
    return { word: 'Not playable', because: clip.unplayableBecause ?? 'It can not be decoded here' };
  if (clip.mediaId === null) return { word: 'Unknown', because: 'The file was not read yet' };
  return null;
}

/**
 * One frame of a clip, drawn from the video itself: the middle one, and while the pointer goes over it the one at that
 * place. It keeps its place whether or not there is a picture.
 */
export function ClipPoster({ clip }: { readonly clip: Clip }): ReactNode {
  const boxRef = useRef<HTMLDivElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const isSeen = useSeen(boxRef);
  const [state, setState] = useState<PosterState>({ kind: 'waiting' });
  const [step, setStep] = useState<number | null>(null);
  const at = step === null ? 'middle' : step / (scrubSteps - 1);
  const reason = knownReason(clip);
  const mediaId = reason === null ? (clip.playable ? clip.mediaId : clip.convertedMediaId) : null;
  useEffect(() => {
    if (!isSeen || mediaId === null) return undefined;
    const stop = new AbortController();
    getPoster(mediaId, { at, maxWidthPx: posterWidthPx, signal: stop.signal }).then(
      ({ bitmap }) => {
        const canvas = canvasRef.current;
        if (canvas === null || stop.signal.aborted) return;
        canvas.width = bitmap.width;
        canvas.height = bitmap.height;
        canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
        setState({ kind: 'drawn' });
      },
      (thrown: unknown) => {
        // A place that can not be drawn leaves the picture as it was.
        if (!stop.signal.aborted && at === 'middle')
          setState({ kind: 'failed', because: thrown instanceof Error ? thrown.message : String(thrown) });
      },
    );
    return () => stop.abort();
  }, [isSeen, mediaId, at]);
  const failure = reason ?? (state.kind === 'failed' ? { word: 'No picture', because: state.because } : null);
  const aspect = clip.widthPx !== null && clip.heightPx !== null ? `${clip.widthPx} / ${clip.heightPx}` : '4 / 3';
  return (
    <div
      ref={boxRef}
      className="poster"
      style={{ aspectRatio: aspect }}
      onPointerMove={({ currentTarget, clientX, pointerType }) => {
        if (pointerType === 'touch') return;
        const { left, width } = currentTarget.getBoundingClientRect();
        setStep(Math.max(0, Math.min(scrubSteps - 1, Math.floor(((clientX - left) / width) * scrubSteps))));
      }}
      onPointerLeave={() => setStep(null)}
    >
      {failure === null ? (
        <>
          <canvas ref={canvasRef} aria-hidden="true" />
          {step === null ? null : <span className="scrub" style={{ left: `${(step / scrubSteps) * 100}%` }} />}
        </>
      ) : (
        <span className="nopicture" title={failure.because}>
          <StateMark
            shape={failure.word === 'Missing' || failure.word === 'Not playable' ? 'warn' : 'unknown'}
            word={failure.word}
          />
        </span>
      )}
    </div>
  );
}
