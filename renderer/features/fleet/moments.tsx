import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MachineMoment } from '#shared/model/fleet-history.ts';
import { addressOf } from '../../shell/links.ts';
import { classes } from '../../ui/classes.ts';
import { formatMoment } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';

const shapes: Record<MachineMoment['outcome'], StateShape> = {
  done: 'ok',
  failed: 'fail',
  open: 'running',
  told: 'off',
};

/** The time of today, else the day alone. */
const shortMoment = (at: string, nowMs: number): string => formatMoment(at, nowMs).replace(/ \d\d:\d\d$/, '');

/** What happened to a machine, newest first. */
export function Moments({
  items,
  nowMs,
  withDetail = false,
}: {
  readonly items: readonly MachineMoment[];
  readonly nowMs: number;
  readonly withDetail?: boolean;
}): ReactNode {
  return (
    <ol className={classes('moments', withDetail && 'full')}>
      {items.map((moment, index) => (
        // A moment has no id, and the list is only ever added to at its head.
        <li key={`${moment.at} ${moment.title} ${items.length - index}`}>
          <time className="src tn">{withDetail ? formatMoment(moment.at, nowMs) : shortMoment(moment.at, nowMs)}</time>
          <span className="what">
            <StateMark shape={shapes[moment.outcome]} word="" />
            {moment.jobId === null ? (
              <span>{moment.title}</span>
            ) : (
              <Link href={addressOf.job(moment.jobId)} className="link">
                {moment.title}
              </Link>
            )}
            {withDetail && moment.actor !== null ? <span className="t3"> by {moment.actor}</span> : null}
          </span>
          {withDetail && moment.detail !== null ? <span className="why detail">{moment.detail}</span> : null}
        </li>
      ))}
    </ol>
  );
}
