import { useState, type ReactNode } from 'react';
import { RoomError } from '#shared/errors.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { useNow } from '../../ui/use-now.ts';

const lineCount = 200;
type Fetched = { readonly text: string; readonly atMs: number };

/** The newest lines of the container, fetched when asked for and kept nowhere. */
export function LogPanel({ id }: { readonly id: string }): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow();
  const [fetched, setFetched] = useState<Fetched | null>(null);
  const [error, setError] = useState<RoomError | null>(null);
  const [isReading, setIsReading] = useState(false);
  const read = (): void => {
    setIsReading(true);
    setError(null);
    call('instances.log', { id, lines: lineCount })
      .then(({ text }) => setFetched({ text, atMs: Date.now() }))
      .catch((thrown: unknown) =>
        setError(thrown instanceof RoomError ? thrown : new RoomError('internal', String(thrown))),
      )
      .finally(() => setIsReading(false));
  };
  return (
    <section className="panel wide" aria-label="Log">
      <h2>
        Log of the container
        <span className="t3 w4 s11">
          {fetched === null
            ? 'fetched when asked for, stored nowhere'
            : `newest ${lineCount} lines, ${formatAgo(fetched.atMs, nowMs)}, stored nowhere`}
        </span>
        <span className="sp" />
        <Button size="small" disabled={isCut || isReading} onClick={read}>
          {isReading ? 'Fetching…' : fetched === null ? 'Fetch the log' : 'Fetch again'}
        </Button>
      </h2>
      {error === null ? null : <ErrorState inline title="The log could not be fetched" error={error} />}
      {fetched === null ? null : (
        <pre className="log tail" tabIndex={0} aria-label="Log lines">
          {fetched.text === '' ? 'The container has written nothing.' : fetched.text}
        </pre>
      )}
    </section>
  );
}
