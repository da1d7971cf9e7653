import type { StoreContext } from '../db/store-context.ts';

/** What the provider charged for a machine, from the beginning until a moment (ISO, our clock). */
export type LedgerCharge = { readonly totalUsd: number; readonly gpuUsd: number; readonly until: string };

export const moneyReads = {
  'instances.charge': ({ sql }: StoreContext, input: { readonly id: string }): LedgerCharge | null => {
    const row = sql.get<{ total_usd: number; gpu_usd: number; charged_until: string }>(
      'SELECT * FROM instance_charge WHERE instance_id = ? ORDER BY read_at DESC LIMIT 1',
      [input.id],
    );
    return row === undefined ? null : { totalUsd: row.total_usd, gpuUsd: row.gpu_usd, until: row.charged_until };
  },

  'budget.all': ({ sql }: StoreContext): { readonly instanceId: string | null; readonly capUsd: number }[] =>
    sql
      .all<{ instance_id: string; cap_usd: number }>('SELECT instance_id, cap_usd FROM budget ORDER BY instance_id')
      .map((row) => ({ instanceId: row.instance_id === '' ? null : row.instance_id, capUsd: row.cap_usd })),
};

export const moneyWrites = {
  'instances.charged': (
    { sql }: StoreContext,
    input: { readonly at: string; readonly charges: readonly (LedgerCharge & { readonly instanceId: string })[] },
  ): null => {
    sql.transaction(() => {
      for (const charge of input.charges)
        // A charge of a machine that was gone before this room saw it has no row to belong to.
        sql.run(
          `INSERT OR REPLACE INTO instance_charge (instance_id, read_at, charged_until, total_usd, gpu_usd)
           SELECT :id, :at, :until, :total, :gpu WHERE EXISTS (SELECT 1 FROM instance WHERE id = :id)`,
          {
            id: charge.instanceId,
            at: input.at,
            until: charge.until,
            total: charge.totalUsd,
            gpu: charge.gpuUsd,
          },
        );
    });
    return null;
  },

  'budget.set': (
    { sql }: StoreContext,
    input: { readonly instanceId: string | null; readonly capUsd: number; readonly at: string },
  ): null => {
    sql.run(
      `INSERT INTO budget (instance_id, cap_usd, set_at) VALUES (?, ?, ?)
       ON CONFLICT (instance_id) DO UPDATE SET cap_usd = excluded.cap_usd, set_at = excluded.set_at`,
      [input.instanceId ?? '', input.capUsd, input.at],
    );
    return null;
  },
};
