import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isJobOver, type Job } from '#shared/model/job.ts';
import type { ScriptFinding } from '#shared/model/remote-check.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';

/** What a job of this page does now, or why it did not get through; findings that held it are told one by one. */
export function JobPart({
  job,
  what,
  onCancel,
  onForget,
  children,
}: {
  readonly job: Job;
  readonly what: string;
  readonly onCancel: () => void;
  readonly onForget: () => void;
  /** What can be done about it. */
  readonly children?: ReactNode;
}): ReactNode {
  if (job.error !== null)
    return (
      <section className="remote-job" aria-label={what}>
        <ErrorState
          inline
          title={`${what}: ${job.error.code === 'held' ? 'held' : 'did not get through'}`}
          error={job.error}
          actions={
            <>
              <Link className="btn" href={addressOf.job(job.id)}>
                Open the job
              </Link>
              <Button onClick={onForget}>Close</Button>
            </>
          }
        />
        <Findings findings={findingsOf(job)} />
        {children}
      </section>
    );
  if (isJobOver(job.state)) return null;
  const running = job.steps.findLast((step) => step.state === 'running') ?? job.steps.at(-1);
  return (
    <section className="remote-job row" aria-label={what} role="status">
      <StateMark shape="running" word={what} />
      <span className="t2 trunc">
        {running === undefined ? 'waits' : running.name}
        {running?.detail ? `, ${running.detail}` : ''}
      </span>
      <span className="sp" />
      <Link className="link s11" href={addressOf.job(job.id)}>
        job
      </Link>
      <Button size="small" onClick={onCancel}>
        Cancel
      </Button>
    </section>
  );
}

/** Findings of a lint that held a job. */
export function findingsOf(job: Job): readonly ScriptFinding[] {
  const found = job.error?.details?.['findings'];
  return Array.isArray(found) ? (found as ScriptFinding[]) : [];
}

function Findings({ findings }: { readonly findings: readonly ScriptFinding[] }): ReactNode {
  if (findings.length === 0) return null;
  return (
    <ul className="lines" aria-label="Findings">
      {findings.map((finding) => (
        <li key={`${finding.file} ${finding.line ?? ''} ${finding.rule}`} className="remote-finding">
          <StateMark shape={finding.severity === 'error' ? 'fail' : 'warn'} word={finding.rule} />
          <div className="col">
            <span className="mono s11 wrap-any">
              {finding.file}
              {finding.line === null ? '' : `:${finding.line}`}
            </span>
            <span className="t2">{finding.message}</span>
            <span className="why">{finding.fix}</span>
            {finding.incident === null ? null : (
              <Link className="link s11" href={addressOf.incident(finding.incident)}>
                incident {finding.incident}
              </Link>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
