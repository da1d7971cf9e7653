import type { StoreContext } from '../db/store-context.ts';

export const demoReads = {
  /** Machines that somebody said the owner of, whatever was said. */
  'demo.ownedIds': ({ sql }: StoreContext): string[] =>
    sql.all<{ instance_id: string }>('SELECT instance_id FROM instance_owner').map((row) => row.instance_id),
};

export const demoWrites = {
  /**
   * The simulated provider begins anew with each start of the room, under the same ids. What the ledger has
   * of the last one ended with it: its machines are gone until they are listed again, what was asked of them
   * is asked no more, and what they cost is not added to what the new ones cost.
   */
  'demo.startAnew': ({ sql }: StoreContext, input: { readonly at: string }): null => {
    sql.transaction(() => {
      sql.run("UPDATE instance SET account = '', asked = NULL, asked_at = NULL, gone_at = COALESCE(gone_at, ?)", [
        input.at,
      ]);
      sql.run('DELETE FROM instance_sample');
      sql.run('DELETE FROM instance_charge');
      sql.run('DELETE FROM fleet_reading');
      sql.run('UPDATE instance_command SET finished_at = ?, outcome = ?, message = ? WHERE outcome IS NULL', [
        input.at,
        'failed',
        'The simulated provider ended with the room, so how this ended is not known.',
      ]);
    });
    return null;
  },

  /** What the simulated provider would have been seen to say before the room was there to look. */
  'demo.rememberLoad': (
    { sql }: StoreContext,
    input: {
      readonly id: string;
      readonly ratePerHourUsd: number | null;
      readonly points: readonly { readonly at: string; readonly gpuUtilPercent: number | null }[];
    },
  ): null => {
    sql.transaction(() => {
      for (const { at, gpuUtilPercent } of input.points)
        sql.run(
          `INSERT OR IGNORE INTO instance_sample (instance_id, at, phase, rate_usd, gpu_util_percent)
           VALUES (?, ?, 'running', ?, ?)`,
          [input.id, at, input.ratePerHourUsd, gpuUtilPercent],
        );
    });
    return null;
  },
};
