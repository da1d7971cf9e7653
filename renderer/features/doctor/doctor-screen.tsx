import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { DoctorReport } from '#shared/contract/tools.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo, plural } from '../../ui/format.ts';
import { ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { useNow } from '../../ui/use-now.ts';
import { OldJobs } from './old-jobs.tsx';
import { ToolRow } from './tool-row.tsx';
import './doctor.css';

/** What the head of the screen says: only needed programs can be wrong. */
function summaryOf(report: DoctorReport): string {
  const needed = report.tools.filter((tool) => tool.isNeeded);
  const wrong = needed.filter((tool) => !tool.ok);
  return wrong.length === 0
    ? `${plural(needed.length, 'needed program')} found`
    : `${wrong.length} of ${plural(needed.length, 'needed program')} to mend: ${wrong.map((tool) => tool.name).join(', ')}`;
}

const shellWords: Record<DoctorReport['loginShell']['state'], string> = {
  not_asked: 'Not asked',
  answered: 'Asked',
  failed: 'No answer',
};

function Places({ report }: { readonly report: DoctorReport }): ReactNode {
  return (
    <section className="doctor-part" aria-labelledby="places">
      <h2 id="places">Where the room looks</h2>
      <dl className="kv">
        <dt>First</dt>
        <dd>
          The path in{' '}
          <Link className="link" href={addressOf.settings}>
            Settings
          </Link>
        </dd>
        <dt>Then</dt>
        <dd className="mono s11 wrap-any">{report.folders.join('  ')}</dd>
        <dt>Last, the login shell</dt>
        <dd className="wrap-any">
          {shellWords[report.loginShell.state]}. <span className="why">{report.loginShell.detail}</span>
        </dd>
        <dt>Not used: PATH</dt>
        <dd className="mono s11 wrap-any">{report.path === '' ? 'empty' : report.path}</dd>
      </dl>
    </section>
  );
}

export function DoctorScreen(): ReactNode {
  useScreenTitle('Doctor');
  const doctor = useRoomQuery('tools.doctor', {});
  const connection = useConnection();
  const nowMs = useNow();
  const lookAgain = (): void => void doctor.refetch();
  useCommands('Doctor', [
    {
      id: 'look',
      title: 'Look for the programs again',
      keyCaps: ['R'],
      bindings: ['r'],
      footer: 'look again',
      keywords: ['tools', 'path', 'rclone'],
      run: lookAgain,
    },
  ]);
  const report = doctor.data;
  return (
    <div className="screen">
      <div className="bar">
        <h1>Doctor</h1>
        <span className="t3 tn trunc">
          {report === undefined ? '' : `${summaryOf(report)}, looked ${formatAgo(doctor.dataUpdatedAt, nowMs)}`}
        </span>
        <StaleNote error={report === undefined ? null : doctor.error} readAtMs={doctor.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        <Button disabled={doctor.isFetching || connection.kind !== 'open'} onClick={lookAgain}>
          <RefreshCw className="icon" aria-hidden="true" />
          {doctor.isFetching && report !== undefined ? 'Looking' : 'Look again'}
        </Button>
      </div>
      {report === undefined ? (
        doctor.error === null ? (
          <Reading what="Looking for programs" />
        ) : (
          <ErrorState
            title="Programs could not be looked for"
            error={doctor.error}
            actions={<Button onClick={lookAgain}>Look again</Button>}
          />
        )
      ) : (
        <div className="doctor scroll" tabIndex={0} role="region" aria-label="Doctor">
          <table>
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Program</th>
                <th scope="col">Version</th>
                <th scope="col">Path, and why this one</th>
                <th scope="col">Can</th>
                <th scope="col">To mend it</th>
              </tr>
            </thead>
            <tbody>
              {report.tools.map((tool) => (
                <ToolRow key={tool.name} tool={tool} />
              ))}
            </tbody>
          </table>
          <OldJobs oldJobs={report.oldJobs} lookAgain={lookAgain} />
          <Places report={report} />
        </div>
      )}
    </div>
  );
}
