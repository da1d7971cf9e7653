import type { SshRoute } from '#shared/model/ssh.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import type { SshEndpoint } from './connect-plan.ts';
import type { AcceptedHow, AcceptedKey } from './host-key-fold.ts';
import type { ShownKey } from './shown-key.ts';

export type HostKeyRow = ShownKey & {
  readonly route: SshRoute;
  readonly how: AcceptedHow;
  readonly acceptedAt: string;
};

/** A key that was shown and does not count. */
export type ShownKeyRow = ShownKey & {
  readonly route: SshRoute;
  readonly host: string;
  readonly port: number;
  readonly shownAt: string;
};

type Row = Readonly<Record<string, string | number>>;
const keyOf = (row: Row): ShownKey => ({
  fingerprint: String(row['fingerprint']),
  keyType: String(row['key_type']),
  publicKey: String(row['public_key']),
});

export const hostKeyReads = {
  'ssh.hostKeys': ({ sql }: StoreContext, { instanceId }: { readonly instanceId: string }): HostKeyRow[] =>
    sql.all<Row>('SELECT * FROM host_key WHERE instance_id = ? ORDER BY route', [instanceId]).map((row) => ({
      ...keyOf(row),
      route: row['route'] as SshRoute,
      how: row['how'] as AcceptedHow,
      acceptedAt: String(row['accepted_at']),
    })),

  'ssh.shownKeys': ({ sql }: StoreContext, { instanceId }: { readonly instanceId: string }): ShownKeyRow[] =>
    sql.all<Row>('SELECT * FROM host_key_shown WHERE instance_id = ? ORDER BY route', [instanceId]).map((row) => ({
      ...keyOf(row),
      route: row['route'] as SshRoute,
      host: String(row['host']),
      port: Number(row['port']),
      shownAt: String(row['shown_at']),
    })),

  /** Every key that counts, for a known_hosts file. */
  'ssh.allHostKeys': ({ sql }: StoreContext): (Pick<ShownKey, 'keyType' | 'publicKey'> & { instanceId: string })[] =>
    sql
      .all<Row>('SELECT DISTINCT instance_id, key_type, public_key FROM host_key ORDER BY instance_id, public_key')
      .map((row) => ({
        instanceId: String(row['instance_id']),
        keyType: String(row['key_type']),
        publicKey: String(row['public_key']),
      })),

  /** The address that signed in last; null when none has. */
  'ssh.answeredEndpoint': (
    { sql }: StoreContext,
    { instanceId }: { readonly instanceId: string },
  ): SshEndpoint | null => {
    const row = sql.get<Row>('SELECT * FROM ssh_answered WHERE instance_id = ?', [instanceId]);
    if (row === undefined) return null;
    return { kind: row['route'] as SshRoute, host: String(row['host']), port: Number(row['port']) };
  },
};

export const hostKeyWrites = {
  'ssh.acceptKey': (
    context: StoreContext,
    input: {
      readonly hostKey: string;
      readonly actor: string;
      readonly wallTime: string;
      readonly accepted: AcceptedKey;
    },
  ): null => {
    const { accepted, ...stamp } = input;
    commitEvent(context, { ...stamp, type: 'host_key.accepted', payload: accepted });
    return null;
  },

  /** Notes a key that was shown and not accepted: only such a one can be accepted by its fingerprint. */
  'ssh.keyShown': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly endpoint: SshEndpoint; readonly key: ShownKey; readonly at: string },
  ): null => {
    const { instanceId, endpoint, key, at } = input;
    sql.run(
      `INSERT INTO host_key_shown (instance_id, route, host, port, fingerprint, key_type, public_key, shown_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (instance_id, route) DO UPDATE SET host = excluded.host, port = excluded.port,
         fingerprint = excluded.fingerprint, key_type = excluded.key_type, public_key = excluded.public_key,
         shown_at = excluded.shown_at`,
      [instanceId, endpoint.kind, endpoint.host, endpoint.port, key.fingerprint, key.keyType, key.publicKey, at],
    );
    return null;
  },

  'ssh.answered': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly endpoint: SshEndpoint; readonly at: string },
  ): null => {
    const { instanceId, endpoint, at } = input;
    sql.run(
      `INSERT INTO ssh_answered (instance_id, route, host, port, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (instance_id) DO UPDATE SET route = excluded.route, host = excluded.host, port = excluded.port,
         at = excluded.at`,
      [instanceId, endpoint.kind, endpoint.host, endpoint.port, at],
    );
    // What it showed before on this way is no question any more.
    sql.run('DELETE FROM host_key_shown WHERE instance_id = ? AND route = ?', [instanceId, endpoint.kind]);
    return null;
  },
};
