import type { GateOverride, LaunchGuard, LaunchPlan, LaunchRecord, LaunchState } from '#shared/model/launch.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { LaunchRecipe } from './recipe.ts';

/** A plan as it is kept: what is shown, and what will be sent. */
export type StoredPlan = { readonly plan: LaunchPlan; readonly recipe: LaunchRecipe };

type LaunchRow = {
  id: string;
  plan_id: string;
  job_id: string;
  label: string;
  state: string;
  actor: string;
  instance_id: string | null;
  prepared_at: string;
  sent_at: string | null;
  settled_at: string | null;
  message: string | null;
  guard: string;
  overrides: string;
  plan: string;
};

const launchSelect = `SELECT launch.*, launch_plan.plan FROM launch JOIN launch_plan ON launch_plan.id = launch.plan_id`;

const toRecord = (row: LaunchRow): LaunchRecord => ({
  id: row.id,
  planId: row.plan_id,
  jobId: row.job_id,
  label: row.label,
  state: row.state as LaunchState,
  actor: row.actor,
  instanceId: row.instance_id,
  preparedAt: row.prepared_at,
  sentAt: row.sent_at,
  settledAt: row.settled_at,
  message: row.message,
  guard: JSON.parse(row.guard) as LaunchGuard,
  overrides: JSON.parse(row.overrides) as GateOverride[],
  plan: JSON.parse(row.plan) as LaunchPlan,
});

export const launchReads = {
  'launch.plan': ({ sql }: StoreContext, input: { readonly id: string }): StoredPlan | null => {
    const row = sql.get<{ plan: string; recipe: string }>('SELECT plan, recipe FROM launch_plan WHERE id = ?', [
      input.id,
    ]);
    return row === undefined
      ? null
      : { plan: JSON.parse(row.plan) as LaunchPlan, recipe: JSON.parse(row.recipe) as LaunchRecipe };
  },

  /** The launch that has used a plan; null while nobody has. */
  'launch.ofPlan': ({ sql }: StoreContext, input: { readonly planId: string }): LaunchRecord | null => {
    const row = sql.get<LaunchRow>(`${launchSelect} WHERE launch.plan_id = ?`, [input.planId]);
    return row === undefined ? null : toRecord(row);
  },

  /** The launch that made a machine; null for one that was not launched here. */
  'launch.ofInstance': ({ sql }: StoreContext, input: { readonly instanceId: string }): LaunchRecord | null => {
    const row = sql.get<LaunchRow>(`${launchSelect} WHERE launch.instance_id = ?`, [input.instanceId]);
    return row === undefined ? null : toRecord(row);
  },

  'launch.list': (
    { sql }: StoreContext,
    input: { readonly instanceId: string | null; readonly limit: number },
  ): LaunchRecord[] =>
    sql
      .all<LaunchRow>(
        `${launchSelect} WHERE :instanceId IS NULL OR launch.instance_id = :instanceId
         ORDER BY launch.prepared_at DESC, launch.rowid DESC LIMIT :limit`,
        input,
      )
      .map(toRecord),

  /** Launches of which no machine is known and may yet appear: what was sent, and what was refused since `since`. */
  'launch.open': ({ sql }: StoreContext, input: { readonly since: string }): LaunchRecord[] =>
    sql
      .all<LaunchRow>(
        `${launchSelect} WHERE launch.instance_id IS NULL
           AND (launch.state IN ('prepared', 'sent') OR (launch.state IN ('refused', 'not_created') AND launch.settled_at > ?))
         ORDER BY launch.prepared_at`,
        [input.since],
      )
      .map(toRecord),

  /** The machine that carries a label, of those that the newest lists name; null when there is none. */
  'launch.machineOf': ({ sql }: StoreContext, input: { readonly label: string }): string | null =>
    sql.get<{ id: string }>(
      `SELECT id FROM instance WHERE gone_at IS NULL AND json_extract(instance, '$.label') = ? ORDER BY first_seen_at`,
      [input.label],
    )?.id ?? null,
};

export const launchWrites = {
  'launch.keepPlan': ({ sql }: StoreContext, input: StoredPlan): null => {
    const { plan, recipe } = input;
    sql.run('INSERT INTO launch_plan (id, hash, created_at, expires_at, plan, recipe) VALUES (?, ?, ?, ?, ?, ?)', [
      plan.id,
      plan.hash,
      plan.createdAt,
      plan.expiresAt,
      JSON.stringify(plan),
      JSON.stringify(recipe),
    ]);
    return null;
  },

  /** Before anything is sent. False when the plan was used meanwhile. */
  'launch.prepare': (
    { sql }: StoreContext,
    input: Pick<LaunchRecord, 'id' | 'planId' | 'jobId' | 'label' | 'actor' | 'preparedAt' | 'guard' | 'overrides'>,
  ): boolean =>
    sql.run(
      `INSERT INTO launch (id, plan_id, job_id, label, state, actor, prepared_at, guard, overrides)
       VALUES (?, ?, ?, ?, 'prepared', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      [
        input.id,
        input.planId,
        input.jobId,
        input.label,
        input.actor,
        input.preparedAt,
        JSON.stringify(input.guard),
        JSON.stringify(input.overrides),
      ],
    ).changes === 1,

  /** Right before the create leaves: from here on there may be a machine. */
  'launch.sent': ({ sql }: StoreContext, input: { readonly id: string; readonly at: string }): null => {
    sql.run(`UPDATE launch SET state = 'sent', sent_at = ? WHERE id = ?`, [input.at, input.id]);
    return null;
  },

  'launch.settle': (
    { sql }: StoreContext,
    input: {
      readonly id: string;
      readonly state: LaunchState;
      readonly instanceId: string | null;
      readonly at: string;
      readonly message: string;
      readonly guard: LaunchGuard;
    },
  ): null => {
    sql.run(
      'UPDATE launch SET state = ?, instance_id = ?, settled_at = ?, message = ?, guard = ? WHERE id = ? AND instance_id IS NULL',
      [input.state, input.instanceId, input.at, input.message, JSON.stringify(input.guard), input.id],
    );
    return null;
  },
};
