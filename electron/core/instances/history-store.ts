import type { MachinePoint } from '#shared/model/fleet-history.ts';
import type { StoreContext } from '../db/store-context.ts';

/** One event about a machine, as it was recorded. */
export type MachineEvent = {
  readonly type: string;
  readonly actor: string;
  readonly at: string;
  readonly payload: Readonly<Record<string, unknown>>;
};

/** The part of a job that the timeline of a machine tells. */
export type MachineJob = {
  readonly id: string;
  readonly kind: string;
  readonly actor: string;
  readonly state: string;
  readonly at: string;
  readonly message: string | null;
};

type PointRow = {
  instance_id: string;
  at: string;
  phase: MachinePoint['phase'];
  rate_usd: number | null;
  gpu_util_percent: number | null;
};
export type IdentifiedPoint = MachinePoint & { readonly instanceId: string };

const toPoint = (row: PointRow): IdentifiedPoint => ({
  instanceId: row.instance_id,
  at: row.at,
  phase: row.phase,
  ratePerHourUsd: row.rate_usd,
  gpuUtilPercent: row.gpu_util_percent,
});

export const historyReads = {
  /** Samples of all machines of an account since a moment, oldest first, and the one before it of each. */
  'instances.pointsSince': (
    { sql }: StoreContext,
    input: { readonly account: string; readonly since: string },
  ): IdentifiedPoint[] =>
    sql
      .all<PointRow>(
        `SELECT sample.* FROM instance JOIN instance_sample AS sample ON sample.instance_id = instance.id
         WHERE instance.account = :account AND (instance.gone_at IS NULL OR instance.gone_at >= :since)
           AND sample.at >= coalesce(
             (SELECT max(before.at) FROM instance_sample AS before
              WHERE before.instance_id = instance.id AND before.at < :since), :since)
         ORDER BY sample.instance_id, sample.at`,
        input,
      )
      .map(toPoint),

  /** Samples of one machine at which its phase was another than before, oldest first. */
  'instances.phaseChanges': ({ sql }: StoreContext, input: { readonly id: string }): IdentifiedPoint[] =>
    sql
      .all<PointRow>(
        `SELECT * FROM (
           SELECT *, lag(phase) OVER (ORDER BY at) AS phase_before FROM instance_sample WHERE instance_id = ?
         ) WHERE phase_before IS NULL OR phase_before <> phase ORDER BY at DESC LIMIT 500`,
        [input.id],
      )
      .map(toPoint)
      .toReversed(),

  /** Events whose payload names the machine, newest first. */
  'instances.events': ({ sql }: StoreContext, input: { readonly id: string }): MachineEvent[] =>
    sql
      .all<{ type: string; actor: string; wall_time: string; payload: string }>(
        `SELECT type, actor, wall_time, payload FROM event
         WHERE json_extract(payload, '$.instanceId') = ? ORDER BY wall_time DESC LIMIT 500`,
        [input.id],
      )
      .map((row) => ({
        type: row.type,
        actor: row.actor,
        at: row.wall_time,
        payload: JSON.parse(row.payload) as MachineEvent['payload'],
      })),

  /** Jobs that were asked for a machine, or made it, newest first. */
  'instances.jobs': ({ sql }: StoreContext, input: { readonly id: string }): MachineJob[] =>
    sql.all<{ id: string; kind: string; actor: string; state: string; at: string; message: string | null }>(
      `SELECT id, kind, actor, state, created_at AS at, json_extract(error, '$.message') AS message FROM job
         WHERE CAST(json_extract(input, '$.id') AS TEXT) = :id
           OR CAST(json_extract(input, '$.instanceId') AS TEXT) = :id
           OR (kind = 'instances.launch' AND CAST(json_extract(result, '$.id') AS TEXT) = :id)
         ORDER BY created_at DESC LIMIT 500`,
      input,
    ),
};
