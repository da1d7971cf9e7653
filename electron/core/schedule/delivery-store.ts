import type { Delivery } from '#shared/model/schedule.ts';
import type { StoreContext } from '../db/store-context.ts';

const kept = 500;

type DeliveryRow = { at: string; kind: string; purpose: string; host: string; is_taken: number; words: string };

export const deliveryReads = {
  /** What was sent outside of one kind, newest first. */
  'deliveries.newest': (
    { sql }: StoreContext,
    input: { readonly kind: Delivery['kind']; readonly limit: number },
  ): Delivery[] =>
    sql
      .all<DeliveryRow>('SELECT * FROM delivery WHERE kind = ? ORDER BY id DESC LIMIT ?', [input.kind, input.limit])
      .map((row) => ({
        at: row.at,
        kind: row.kind as Delivery['kind'],
        purpose: row.purpose as Delivery['purpose'],
        host: row.host,
        isTaken: row.is_taken === 1,
        words: row.words,
      })),
};

export const deliveryWrites = {
  'deliveries.add': ({ sql }: StoreContext, input: Delivery): null => {
    sql.run('INSERT INTO delivery (at, kind, purpose, host, is_taken, words) VALUES (?, ?, ?, ?, ?, ?)', [
      input.at,
      input.kind,
      input.purpose,
      input.host,
      input.isTaken ? 1 : 0,
      input.words,
    ]);
    sql.run('DELETE FROM delivery WHERE id <= (SELECT max(id) FROM delivery) - ?', [kept]);
    return null;
  },
};
