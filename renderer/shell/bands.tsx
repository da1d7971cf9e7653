import { useEffect, useState, type ReactNode } from 'react';
import { useConnection, useRoomQuery } from '../client/hooks.ts';
import { FleetBands } from '../features/fleet/index.ts';
import { formatClock } from '../ui/format.ts';
import { StateMark } from '../ui/state-mark.tsx';

/** A reconnection that takes no longer than a blink is not worth a band. */
const graceMs = 800;

function LostBand({ since, retryNow }: { readonly since: number; readonly retryNow: () => void }): ReactNode {
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(true), graceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div className="band alarm" role="alert">
      <b>Engine does not answer since {formatClock(new Date(since))}</b>
      <span>
        What is on screen was read before that. Nothing can be started or saved until it answers; jobs may have been
        interrupted.
      </span>
      <button type="button" className="btn" onClick={retryNow}>
        Try now
      </button>
    </div>
  );
}

/** The room behind this address is another one now: nothing here comes back by itself. */
function LockedBand({ retryNow }: { readonly retryNow: () => void }): ReactNode {
  useEffect(() => {
    // Its link may have been opened in another tab meanwhile: then this page is known again, too.
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') retryNow();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [retryNow]);
  return (
    <div className="band alarm" role="alert">
      <b>The room was restarted</b>
      <span>Open the link that it printed; this page’s key is no longer known. What is on screen was read before.</span>
      <button type="button" className="btn" onClick={retryNow}>
        Try now
      </button>
    </div>
  );
}

/** Under the strip: what stands in the way of the whole room. A band leaves when its cause does. */
export function Bands(): ReactNode {
  const connection = useConnection();
  const room = useRoomQuery('room.info', {});
  const warnings = room.data?.warnings ?? [];
  return (
    <div className="bands">
      {connection.kind === 'lost' ? <LostBand since={connection.since} retryNow={connection.retryNow} /> : null}
      {connection.kind === 'locked' ? <LockedBand retryNow={connection.retryNow} /> : null}
      <FleetBands />
      {warnings.map((warning) => (
        <div key={warning.code} className="band caution" role="status">
          <StateMark shape="warn" word={warning.message} />
          <span className="t2">{warning.hint}</span>
          <span className="src mono">{warning.code}</span>
        </div>
      ))}
    </div>
  );
}
