import { useState, type ReactNode } from 'react';
import type { AgentReport } from '#shared/model/schedule.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { plural } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError } from '../../ui/toast-store.ts';
import type { Mark } from './words.ts';

const marks: Record<AgentReport['state'], Mark> = {
  installed: { shape: 'ok', word: 'Installed' },
  differs: { shape: 'warn', word: 'Differs' },
  absent: { shape: 'off', word: 'None' },
  could_not_tell: { shape: 'unknown', word: 'Unknown' },
};

/** What copies machines while the room is closed, and what would fail in it. */
export function AgentPart(): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const agent = useRoomQuery('schedule.agent', {});
  const [isSending, setIsSending] = useState(false);
  const report = agent.data;
  const change = (method: 'schedule.installAgent' | 'schedule.removeAgent', title: string): void => {
    setIsSending(true);
    call(method, {})
      .catch((thrown: unknown) => showError(title, thrown))
      .finally(() => {
        setIsSending(false);
        void agent.refetch();
      });
  };
  return (
    <section aria-label="While the room is closed">
      <h2>While the room is closed</h2>
      {report === undefined ? (
        agent.error === null ? (
          <p className="why">Reading</p>
        ) : (
          <ErrorState inline title="What copies machines then is unknown" error={agent.error} />
        )
      ) : (
        <div className="col">
          <p>
            <StateMark shape={marks[report.state].shape} word={marks[report.state].word} />{' '}
            <span className="src">{report.manager === 'launchd' ? 'launchd agent' : 'cron'}</span>
          </p>
          <p className="why">{report.because}</p>
          {report.problems.map((problem) => (
            <p key={problem.words}>
              <StateMark shape="warn" word="Would fail" /> <span className="t2">{problem.words}</span>{' '}
              <span className="why">{problem.fix}</span>
            </p>
          ))}
          <p className="why tn">
            Every {report.intervalMinutes} min, {plural(report.machines.length, 'machine')}
            {report.machines.map(({ name, address }) => `, ${name} at ${address ?? 'no address'}`).join('')}
          </p>
          {report.canInstall ? (
            <div className="row">
              <Button
                disabled={isCut || isSending || report.state === 'installed'}
                onClick={() => change('schedule.installAgent', 'The agent was not installed')}
              >
                {report.state === 'differs' ? 'Install again' : 'Install'}
              </Button>
              <Button
                disabled={isCut || isSending || report.state === 'absent'}
                onClick={() => change('schedule.removeAgent', 'The agent was not removed')}
              >
                Remove
              </Button>
            </div>
          ) : (
            <p className="why">Type crontab -e and put this line in. The room changes no crontab.</p>
          )}
          <code className="mono s11 wrap-any">{report.file ?? report.text}</code>
          <Copyable
            text={report.text}
            label={report.canInstall ? 'file of the agent' : 'line of the crontab'}
            mono={false}
          >
            Copy the {report.canInstall ? 'file of the agent' : 'line of the crontab'}
          </Copyable>
        </div>
      )}
    </section>
  );
}
