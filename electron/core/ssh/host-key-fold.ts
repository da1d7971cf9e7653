import type { SshRoute } from '#shared/model/ssh.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { ShownKey } from './shown-key.ts';

/**
 * Why a host key counts. `typed`: a person typed its fingerprint. `onstart_log`: the machine was launched here
 * and its own log shows it. `known_hosts`: the user's file has it for this address. `same_machine`: it is
 * pinned for the other route. `first_contact`: a person allowed whatever is shown first.
 */
export type AcceptedHow = 'typed' | 'onstart_log' | 'known_hosts' | 'same_machine' | 'first_contact';

/** What a `host_key.accepted` event says. */
export type AcceptedKey = {
  readonly instanceId: string;
  readonly route: SshRoute;
  readonly key: ShownKey;
  readonly how: AcceptedHow;
  /** The fingerprint that counted before; null when there was none. */
  readonly replaces: string | null;
};

/** The newest event about a machine and a route counts. */
export function foldHostKey({ sql }: StoreContext, event: HistoryEvent): void {
  const { instanceId, route, key, how } = event.payload as unknown as AcceptedKey;
  sql.run(
    `INSERT INTO host_key (instance_id, route, fingerprint, key_type, public_key, how, accepted_at, event_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (instance_id, route) DO UPDATE SET fingerprint = excluded.fingerprint, key_type = excluded.key_type,
       public_key = excluded.public_key, how = excluded.how, accepted_at = excluded.accepted_at,
       event_id = excluded.event_id`,
    [instanceId, route, key.fingerprint, key.keyType, key.publicKey, how, event.wallTime, event.id],
  );
  sql.run('DELETE FROM host_key_shown WHERE instance_id = ? AND route = ?', [instanceId, route]);
}
