import { useState, type ReactNode } from 'react';
import { toErrorPayload } from '#shared/errors.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatMoment } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { sshSight } from './facts.tsx';
import type { FleetRow } from './use-fleet.ts';

const how: Record<string, string> = {
  typed: 'its fingerprint was typed',
  onstart_log: 'its onstart log shows it',
  known_hosts: 'known_hosts has it',
  same_machine: 'the other route shows it too',
  first_contact: 'first contact was allowed',
};
const knownHosts: Record<string, string> = {
  match: 'your known_hosts has this key',
  other: 'your known_hosts has ANOTHER key for this address',
  revoked: 'your known_hosts has it REVOKED',
  absent: 'your known_hosts does not know this address',
};

function Accept({ id }: { readonly id: string }): ReactNode {
  const { call } = useRoom();
  const [fingerprint, setFingerprint] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = (): void => {
    call('ssh.acceptHostKey', { id, fingerprint: fingerprint.trim() })
      .then(() => {
        setFingerprint('');
        setRefusal(null);
        showToast({ shape: 'ok', title: 'Host key accepted' });
      })
      // Beside its field: a message over the page would cover what it is about.
      .catch((thrown: unknown) => setRefusal(toErrorPayload(thrown).message));
  };
  return (
    <form
      className="capform"
      onSubmit={(event) => {
        event.preventDefault();
        if (fingerprint.trim() !== '') submit();
      }}
    >
      <TextField
        id="host-key"
        label="Fingerprint, as another source shows it"
        placeholder="SHA256:…"
        value={fingerprint}
        onValue={setFingerprint}
        note={
          refusal === null ? (
            'The onstart log of the machine shows it. One that was only shown here proves nothing.'
          ) : (
            <span className="fail" role="alert">
              Not accepted. {refusal}
            </span>
          )
        }
      />
      <Button isSubmit disabled={fingerprint.trim() === ''}>
        Accept
      </Button>
    </form>
  );
}

/** What SSH sees of the machine, and which of its host keys count. */
export function SshPanel({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { item } = row;
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const keys = useRoomQuery('ssh.hostKeys', { id: item.id });
  const [isKnocking, setIsKnocking] = useState(false);
  const sight = sshSight(row, nowMs);
  const knock = (): void => {
    setIsKnocking(true);
    call('ssh.probe', { id: item.id })
      .catch((thrown: unknown) => showError('SSH could not be tried', thrown))
      .finally(() => setIsKnocking(false));
  };
  const shown = keys.data?.shown ?? [];
  return (
    <section className="panel" aria-label="SSH">
      <h2>
        SSH <StateMark shape={sight.shape} word={sight.word} />
        <span className="src tn">{sight.age}</span>
        <Button size="small" disabled={isCut || isKnocking || item.endpoint === null} onClick={knock}>
          {isKnocking ? 'Knocking…' : 'Knock now'}
        </Button>
      </h2>
      <p className="why">{item.ssh.because}</p>
      {keys.data === undefined ? (
        keys.error === null ? null : (
          <p className="why fail">{keys.error.message}</p>
        )
      ) : (
        <ul className="keys">
          {keys.data.accepted.map((key) => (
            <li key={`a ${key.route} ${key.fingerprint}`}>
              <StateMark shape="ok" word={`Accepted, ${key.route}`} />
              <Copyable text={key.fingerprint} label="fingerprint" />
              <span className="why tn">{`${how[key.how] ?? key.how}, ${formatMoment(key.acceptedAt, nowMs)}`}</span>
            </li>
          ))}
          {shown.map((key) => (
            <li key={`s ${key.route} ${key.fingerprint}`}>
              <StateMark
                shape={keys.data.accepted.length > 0 ? 'fail' : 'unknown'}
                word={`Shown, not accepted, ${key.route}`}
              />
              <Copyable text={key.fingerprint} label="fingerprint" />
              <span className="why tn">{`at ${key.host}:${key.port} ${formatMoment(key.shownAt, nowMs)}; ${knownHosts[key.knownHosts] ?? key.knownHosts}`}</span>
            </li>
          ))}
          {keys.data.accepted.length + shown.length === 0 ? <li className="why">No host key was shown yet.</li> : null}
        </ul>
      )}
      {shown.length > 0 ? <Accept id={item.id} /> : null}
    </section>
  );
}
