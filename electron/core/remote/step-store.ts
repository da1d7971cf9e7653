import type { RemoteStep } from '#shared/model/step.ts';
import { isStepOver, remoteStepSchema } from '#shared/model/step.ts';
import type { StoreContext } from '../db/store-context.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';

/** A step with the address by which its machine was reached. */
export type StoredStep = { readonly step: RemoteStep; readonly target: SshTarget };

type StepRow = { target: string; record: string };

const toStored = (row: StepRow): StoredStep => ({
  step: remoteStepSchema.parse(JSON.parse(row.record)),
  target: JSON.parse(row.target) as SshTarget,
});

export const stepReads = {
  'steps.get': ({ sql }: StoreContext, input: { readonly id: string }): StoredStep | null => {
    const row = sql.get<StepRow>('SELECT target, record FROM remote_step WHERE id = ?', [input.id]);
    return row === undefined ? null : toStored(row);
  },

  /** Newest first. */
  'steps.list': (
    { sql }: StoreContext,
    input: { readonly instanceId: string | null; readonly limit: number },
  ): RemoteStep[] =>
    sql
      .all<StepRow>(
        `SELECT target, record FROM remote_step WHERE instance_id = coalesce(?, instance_id)
         ORDER BY created_at DESC, rowid DESC LIMIT ?`,
        [input.instanceId, input.limit],
      )
      .map((row) => toStored(row).step),

  /** Steps of which the end is not known. */
  'steps.open': ({ sql }: StoreContext): StoredStep[] =>
    sql.all<StepRow>('SELECT target, record FROM remote_step WHERE is_over = 0 ORDER BY created_at').map(toStored),
};

export const stepWrites = {
  'steps.save': ({ sql }: StoreContext, { step, target }: StoredStep): null => {
    sql.run(
      `INSERT INTO remote_step (id, instance_id, created_at, is_over, target, record)
       VALUES (:id, :instanceId, :createdAt, :isOver, :target, :record)
       ON CONFLICT (id) DO UPDATE SET is_over = excluded.is_over, record = excluded.record`,
      {
        id: step.id,
        instanceId: step.instanceId,
        createdAt: step.createdAt,
        isOver: isStepOver(step.state) && step.outcome !== null ? 1 : 0,
        target: JSON.stringify(target),
        record: JSON.stringify(step),
      },
    );
    return null;
  },
};
