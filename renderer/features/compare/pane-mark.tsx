import type { ReactNode } from 'react';
import type { SideMark } from '../../player/index.ts';
import { Button } from '../../ui/button.tsx';
import { formatBytes } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { reasonWords } from './words.ts';

/** What stands in a pane instead of a picture, and what to do about it. */
export function PaneMark({
  mark,
  frame,
  isStage,
  sideLetter,
  onRetry,
  convert,
}: {
  readonly mark: SideMark;
  /** Own frame that is asked for; null where there is none. */
  readonly frame: number | null;
  /** True when both sides share one picture. */
  readonly isStage: boolean;
  readonly sideLetter: string;
  readonly onRetry: () => void;
  readonly convert: ReactNode;
}): ReactNode {
  switch (mark.kind) {
    case 'reading':
      return (
        <div className="cmp-mark is-quiet" role="status">
          <StateMark shape="waiting" word="Reading" />
          <p className="tn">
            {mark.totalBytes === null
              ? formatBytes(mark.loadedBytes)
              : `${formatBytes(mark.loadedBytes)} of ${formatBytes(mark.totalBytes)}`}
          </p>
        </div>
      );
    case 'not_decoded':
      return (
        <div className="cmp-mark is-quiet" role="status">
          <StateMark shape="waiting" word="Not decoded yet" />
          <p className="tn">Frame {frame}</p>
        </div>
      );
    case 'no_match':
      return (
        <div className="cmp-mark">
          <StateMark shape="off" word={`No frame in ${sideLetter}`} />
          <p>This clip does not reach this frame.</p>
        </div>
      );
    case 'no_picture':
      return (
        <div className="cmp-mark is-hatched">
          <StateMark shape={mark.state === 'damaged' ? 'fail' : 'unknown'} word={reasonWords[mark.reason].title} />
          <p className="tn">
            Frame {frame}. {reasonWords[mark.reason].text}
          </p>
        </div>
      );
    case 'surface_lost':
      // The picture is there; what is laid over it is not.
      if (isStage)
        return (
          <div className="cmp-mark is-quiet">
            <StateMark shape="off" word="Nothing to lay over it" />
            <p className="tn">Frame {frame} is here, the other side has no picture. Side by side shows it.</p>
          </div>
        );
      return (
        <div className="cmp-mark is-quiet" role="status">
          <StateMark shape="waiting" word="Drawing" />
        </div>
      );
    case 'failed': {
      const isRetryable =
        mark.fault.code === 'network_lost' ||
        mark.fault.code === 'file_missing' ||
        mark.fault.code === 'decoder_failed';
      return (
        <div className="cmp-mark" role="alert">
          <StateMark shape="fail" word={faultTitles[mark.fault.code] ?? 'Not shown'} />
          <p>{mark.fault.message}</p>
          <p>{mark.fault.hint}</p>
          <div className="acts">
            {mark.fault.code === 'codec_refused' ? convert : null}
            {isRetryable ? <Button onClick={onRetry}>Read again</Button> : null}
            <span className="src mono">{mark.fault.code}</span>
          </div>
        </div>
      );
    }
    default:
      return mark satisfies never;
  }
}

const faultTitles: Readonly<Partial<Record<Extract<SideMark, { kind: 'failed' }>['fault']['code'], string>>> = {
  file_missing: 'File missing',
  forbidden: 'Refused',
  network_lost: 'Connection lost',
  too_large: 'Too large',
  not_a_video: 'Not readable',
  codec_refused: 'Codec not supported',
  no_frames: 'No frames',
  decoder_failed: 'Decoder stopped',
  no_webcodecs: 'No decoder',
};
