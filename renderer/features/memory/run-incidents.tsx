import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { formatCount } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';

/** Which failures of the memory the logs of a run repeat. */
export function RunIncidents({ runId }: { readonly runId: string }): ReactNode {
  const match = useRoomQuery('incidents.match', { runId });
  if (match.error !== null) return <ErrorState inline title="Logs could not be compared" error={match.error} />;
  if (match.data === undefined) return <p className="why">Comparing its logs with the memory</p>;
  const { items, lines } = match.data;
  if (lines === 0) return <StateMark shape="unknown" word="No log was read in" />;
  if (items.length === 0) return <p className="why">None of the known failures is in its {formatCount(lines)} lines</p>;
  return (
    <ul className="lines">
      {items.map((item) => (
        <li key={item.id}>
          <p>
            <StateMark shape="fail" word={formatCount(item.count)} />{' '}
            <Link className="link" href={addressOf.incident(item.id)}>
              {item.words}
            </Link>
          </p>
          <p className="mono s11 t3 wrap-any">{item.evidence[0]?.text}</p>
        </li>
      ))}
    </ul>
  );
}
