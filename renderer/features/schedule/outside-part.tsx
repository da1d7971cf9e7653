import type { ReactNode } from 'react';
import type { MethodOutput } from '#shared/contract/index.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { SecretField } from '../settings/secret-field.tsx';
import { useSecrets } from '../settings/use-secrets.ts';
import '../settings/settings.css';
import type { Mark } from './words.ts';

type Alarm = MethodOutput<'schedule.alarms'>['items'][number];

const words = {
  webhook: {
    title: 'Webhook',
    secret: 'webhook_url',
    note: 'Told at once when copies fail or are late, and when they are good again.',
  },
  heartbeat: {
    title: 'Heartbeat',
    secret: 'heartbeat_url',
    note: 'Asked for after each good slot while nothing is wrong: whoever misses it raises the alarm.',
  },
} as const;

function markOf({ host, problem, newest }: Alarm): Mark {
  if (problem !== null) return { shape: 'fail', word: 'Not usable' };
  if (host === null) return { shape: 'off', word: 'OFF' };
  const [last] = newest;
  if (last === undefined) return { shape: 'waiting', word: 'Never used' };
  return last.isTaken ? { shape: 'ok', word: 'Taken' } : { shape: 'fail', word: 'Not taken' };
}

/** Who outside is told; of an address, which may be a key, only the host is shown. */
export function OutsidePart({ nowMs }: { readonly nowMs: number }): ReactNode {
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const alarms = useRoomQuery('schedule.alarms', {});
  const { fieldOf } = useSecrets();
  const test = (kind: Alarm['kind']): void => {
    call('schedule.testAlarm', { kind })
      .then(({ host, words: said }) => showToast({ shape: 'ok', title: `${host} took the test`, text: said }))
      .catch((thrown: unknown) => showError('The test was not taken', thrown))
      .finally(() => void alarms.refetch());
  };
  const set = async (work: () => Promise<boolean>): Promise<boolean> => {
    const isKept = await work();
    void alarms.refetch();
    return isKept;
  };
  if (alarms.error !== null && alarms.data === undefined)
    return (
      <section aria-label="Outside">
        <ErrorState inline title="Who is told outside is unknown" error={alarms.error} />
      </section>
    );
  return (alarms.data?.items ?? []).map((alarm) => {
    const { title, secret, note } = words[alarm.kind];
    const mark = markOf(alarm);
    const [last] = alarm.newest;
    const field = fieldOf(secret);
    return (
      <section key={alarm.kind} aria-label={title}>
        <h2>{title}</h2>
        <div className="col">
          <p>
            <StateMark shape={mark.shape} word={mark.word} />{' '}
            <span className="src tn">
              {alarm.host ?? ''}
              {last === undefined ? '' : `, ${last.words}, ${formatAgo(Date.parse(last.at), nowMs)}`}
            </span>
          </p>
          {alarm.problem === null ? null : <p className="t2">{alarm.problem}</p>}
          <SecretField
            {...field}
            label={`${title} address`}
            note={note}
            onSet={(value) => set(() => field.onSet(value))}
            onRemove={() => set(field.onRemove)}
          />
          <div>
            <Button disabled={isCut || alarm.host === null} onClick={() => test(alarm.kind)}>
              Send a test
              <span className="sr"> to the {alarm.kind}</span>
            </Button>
          </div>
        </div>
      </section>
    );
  });
}
