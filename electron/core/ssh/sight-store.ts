import { sshNotTried, type SshSight } from '#shared/model/ssh.ts';
import type { StoreContext } from '../db/store-context.ts';

/** The newest sight of a machine, with since when it has been silent without a break; null when it is not. */
export type StoredSight = { readonly sight: SshSight; readonly silentSince: string | null };

type Row = {
  readonly state: string;
  readonly at: string;
  readonly round_trip_ms: number | null;
  readonly up_seconds: number | null;
  readonly because: string;
  readonly silent_since: string | null;
};

export const sightReads = {
  'ssh.sight': ({ sql }: StoreContext, { instanceId }: { readonly instanceId: string }): StoredSight => {
    const row = sql.get<Row>('SELECT * FROM ssh_sight WHERE instance_id = ?', [instanceId]);
    if (row === undefined) return { sight: sshNotTried, silentSince: null };
    return {
      sight: {
        state: row.state as SshSight['state'],
        at: row.at,
        roundTripMs: row.round_trip_ms,
        upSeconds: row.up_seconds,
        because: row.because,
      },
      silentSince: row.silent_since,
    };
  },
};

export const sightWrites = {
  'ssh.saw': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly at: string; readonly sight: Omit<SshSight, 'at'> },
  ): null => {
    const { instanceId, at, sight } = input;
    sql.run(
      `INSERT INTO ssh_sight (instance_id, state, at, round_trip_ms, up_seconds, because, silent_since)
       VALUES (:instanceId, :state, :at, :roundTripMs, :upSeconds, :because, CASE :state WHEN 'silent' THEN :at END)
       ON CONFLICT (instance_id) DO UPDATE SET state = excluded.state, at = excluded.at,
         round_trip_ms = excluded.round_trip_ms, up_seconds = excluded.up_seconds, because = excluded.because,
         silent_since = CASE WHEN excluded.state <> 'silent' THEN NULL
           -- Nobody knocked for a while: what was in between is not known.
           WHEN unixepoch(excluded.at) - unixepoch(ssh_sight.at) > 120 THEN excluded.at
           ELSE coalesce(ssh_sight.silent_since, excluded.at) END`,
      {
        instanceId,
        at,
        state: sight.state,
        roundTripMs: sight.roundTripMs,
        upSeconds: sight.upSeconds,
        because: sight.because,
      },
    );
    return null;
  },
};
