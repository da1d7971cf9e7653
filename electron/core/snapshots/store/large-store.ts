import type { LargeFiles } from '#shared/contract/snapshots.ts';
import type { StoreContext } from '../../db/store-context.ts';

export type LargeCopy = NonNullable<LargeFiles['lastCopy']>;
type Row = { finished_at: string; outcome: string; message: string | null; transferred_bytes: number };

export const largeReads = {
  /** How the last copy of a machine's large files ended. */
  'snapshots.lastLargeCopy': ({ sql }: StoreContext, input: { readonly instanceId: string }): LargeCopy | null => {
    const row = sql.get<Row>('SELECT * FROM large_copy WHERE instance_id = ? ORDER BY finished_at DESC LIMIT 1', [
      input.instanceId,
    ]);
    if (row === undefined) return null;
    const { finished_at: finishedAt, message, transferred_bytes: transferredBytes } = row;
    return { finishedAt, outcome: row.outcome as LargeCopy['outcome'], message, transferredBytes };
  },
};

export const largeWrites = {
  'snapshots.noteLargeCopy': (
    { sql }: StoreContext,
    input: LargeCopy & { readonly jobId: string; readonly instanceId: string },
  ): null => {
    sql.run(
      `INSERT OR REPLACE INTO large_copy (job_id, instance_id, finished_at, outcome, message, transferred_bytes)
       VALUES (:jobId, :instanceId, :finishedAt, :outcome, :message, :transferredBytes)`,
      input,
    );
    return null;
  },
};
