import { useEffect, useRef, useState, type ReactNode } from 'react';
import { isStepOver, type RemoteStep } from '#shared/model/step.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatBytes } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';

const tailBytes = 64 * 1024;
const mostBytes = 1024 * 1024;

/** What a step wrote, as far as it was read, its end first; follows while somebody looks at the end. */
export function StepLog({ step }: { readonly step: RemoteStep }): ReactNode {
  const [bytes, setBytes] = useState(tailBytes);
  const log = useRoomQuery(
    'steps.log',
    { id: step.id, from: -bytes, maxBytes: bytes },
    { keepPrevious: true, ...(isStepOver(step.state) ? {} : { refetchIntervalMs: 2000 }) },
  );
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const text = log.data?.text ?? '';
  useEffect(() => {
    if (isAtEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  if (log.data === undefined)
    return log.error === null ? (
      <p className="why remote-pad">Reading the log</p>
    ) : (
      <ErrorState
        title="The log could not be read"
        error={log.error}
        actions={<Button onClick={() => void log.refetch()}>Read again</Button>}
      />
    );
  const { from, readBytes, gaps } = log.data;
  const waiting = step.writtenBytes - readBytes;
  return (
    <section className="remote-log" aria-label="Log of the step">
      <div className="row remote-pad">
        <span className="why tn">
          {readBytes === 0
            ? 'Nothing was written yet'
            : from === 0
              ? `${formatBytes(readBytes)}, all that was read`
              : `the last ${formatBytes(readBytes - from)} of ${formatBytes(readBytes)}`}
          {waiting > 0 ? `, ${formatBytes(waiting)} more on the machine` : ''}
        </span>
        {from > 0 && bytes < mostBytes ? (
          <Button size="small" onClick={() => setBytes(Math.min(mostBytes, bytes * 4))}>
            Show more
          </Button>
        ) : null}
        {gaps.map(([first, last]) => (
          <StateMark key={first} shape="warn" word={`Gap: bytes ${first} to ${last} are gone from the machine`} />
        ))}
      </div>
      <pre
        ref={box}
        className="log tail"
        tabIndex={0}
        aria-label="Lines"
        data-testid="step-log"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        {text}
      </pre>
    </section>
  );
}
