import { SquareTerminal } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { IconButton } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { copySsh } from './copy-ssh.ts';
import { AutoShutdown, Money, ThreeWay } from './facts.tsx';
import { isChainShown, JobChain } from './job-chain.tsx';
import { MachineActions } from './machine-actions.tsx';
import { Moments } from './moments.tsx';
import type { FleetRow } from './use-fleet.ts';
import { nameOf } from './words.ts';

const mostMoments = 8;

/** The chosen machine beside the list: what agrees, what it costs, what stops it, what happened. */
export function FleetInspector({
  row,
  observedAt,
  nowMs,
}: {
  readonly row: FleetRow;
  readonly observedAt: string;
  readonly nowMs: number;
}): ReactNode {
  const { item, attention, lastJob } = row;
  const { call } = useRoom();
  const history = useRoomQuery('instances.history', { id: item.id, limit: mostMoments }, { keepPrevious: false });
  const isIncident = attention.tint === 'fail';
  return (
    <aside className="insp scroll fleetinsp" aria-label={`Machine ${nameOf(item)}`} tabIndex={0}>
      <section>
        <div className="row">
          <Link href={addressOf.machine(item.id)} className="s15 w6 trunc" title={`Open ${nameOf(item)} (⏎)`}>
            {nameOf(item)}
          </Link>
          <span className="sp" />
          {isIncident ? <StateMark shape="fail" word="Incident" /> : null}
          <IconButton
            label={item.endpoint === null ? 'No address yet' : 'Copy the ssh command'}
            keyHint="T"
            disabled={item.endpoint === null}
            onClick={() => void copySsh(item, call)}
          >
            <SquareTerminal className="icon" aria-hidden="true" />
          </IconButton>
        </div>
        <div className="t3 mono s11 row ids">
          <Copyable text={item.id} label="instance id" />
          {item.endpoint === null ? (
            <span>no address yet</span>
          ) : (
            <Copyable text={`${item.endpoint.host}:${item.endpoint.port}`} label="endpoint" />
          )}
        </div>
        <MachineActions row={row} />
      </section>
      {isChainShown(lastJob) ? <JobChain job={lastJob} /> : null}
      <ThreeWay row={row} observedAt={observedAt} nowMs={nowMs} />
      <Money row={row} nowMs={nowMs} />
      <AutoShutdown row={row} nowMs={nowMs} />
      <section>
        <h2>
          Newest
          <Link href={addressOf.machine(item.id)} className="src link">
            all
          </Link>
        </h2>
        {history.data === undefined ? (
          <p className="why">{history.error === null ? 'Reading…' : history.error.message}</p>
        ) : (
          <Moments items={history.data.items} nowMs={nowMs} />
        )}
      </section>
    </aside>
  );
}
