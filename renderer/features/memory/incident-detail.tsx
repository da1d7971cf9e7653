import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { IncidentView } from '#shared/model/incident.ts';
import { addressOf } from '../../shell/links.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { formatAgo, formatExact, plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { nameOf, signatureParts } from './words.ts';

/** One failure: how it looks, what it was, what ended it for good, what guards against it, and whether that ran. */
export function IncidentDetail({
  incident,
  nowMs,
}: {
  readonly incident: IncidentView;
  readonly nowMs: number;
}): ReactNode {
  const { title, symptom, cause, fix, todo, signatures, source } = incident;
  return (
    <aside className="insp scroll" tabIndex={0} aria-label="The chosen incident" data-testid="memory-detail">
      <section>
        <h2>
          {nameOf(incident)}
          <span className="src">{source === 'workspace' ? 'of this workspace' : 'comes with the room'}</span>
        </h2>
        <p className="w5 wrap-any memory-title">{title}</p>
        <dl className="memory-parts">
          <dt>What is seen</dt>
          <dd>{symptom}</dd>
          <dt>What it was</dt>
          <dd>{cause}</dd>
          <dt>Fixed for good by</dt>
          <dd>{fix}</dd>
          <dt>When it is met</dt>
          <dd>{todo}</dd>
        </dl>
      </section>
      <section>
        <h2>Guard</h2>
        <div className="memory-guard">
          <Guard incident={incident} nowMs={nowMs} />
        </div>
      </section>
      <section>
        <h2>Met in this workspace</h2>
        <Met incident={incident} nowMs={nowMs} />
      </section>
      <section>
        <h2>
          Known again by <span className="src">{plural(signatures.length, 'signature')}</span>
        </h2>
        {signatures.length === 0 ? (
          <p className="why">Nothing: it is found by reading alone. Add a line of a log under another name.</p>
        ) : (
          <ul className="lines">
            {signatures.flatMap(signatureParts).map(([where, text]) => (
              <li key={`${where} ${text}`} className="memory-signature">
                <span className="t3">{where}</span>
                <Copyable text={text} label={`${where} signature`} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </aside>
  );
}

/** What covers it, and the newest job that ended well with it. */
function Guard({
  incident: { guard, provedBy, lastProof },
  nowMs,
}: {
  readonly incident: IncidentView;
  readonly nowMs: number;
}): ReactNode {
  if (guard === null)
    return (
      <>
        <StateMark shape="warn" word="Nothing guards against it" />
        <p className="why">It is recognised when it is met, and no more.</p>
      </>
    );
  return (
    <>
      <p className="t2">{guard}</p>
      {lastProof !== null ? (
        <p>
          <StateMark shape="ok" word={`Ran well ${formatAgo(Date.parse(lastProof.at), nowMs)}`} />{' '}
          <span className="why">
            by{' '}
            <Link className="link" href={addressOf.job(lastProof.jobId)}>
              {lastProof.kind}
            </Link>
            , {formatExact(lastProof.at)} UTC
          </span>
        </p>
      ) : provedBy.length === 0 ? (
        <p>
          <StateMark shape="unknown" word="No job runs it" />{' '}
          <span className="why">It works while configurations and scripts are looked at.</span>
        </p>
      ) : (
        <p>
          <StateMark shape="unknown" word="Never ran in this workspace" />{' '}
          <span className="why">It does with the next {provedBy.join(' or ')}.</span>
        </p>
      )}
    </>
  );
}

function Met({
  incident: { jobCount, lastJobAt, lastJobId },
  nowMs,
}: {
  readonly incident: IncidentView;
  readonly nowMs: number;
}): ReactNode {
  if (jobCount === 0 || lastJobAt === null)
    return <p className="why">No job has failed with it since it is in the memory.</p>;
  return (
    <p>
      <StateMark shape="fail" word={`${plural(jobCount, 'job')} failed with it`} />{' '}
      <span className="why">
        last {formatAgo(Date.parse(lastJobAt), nowMs)}
        {lastJobId === null ? null : (
          <>
            {', '}
            <Link className="link" href={addressOf.job(lastJobId)}>
              open that job
            </Link>
          </>
        )}
      </span>
    </p>
  );
}
