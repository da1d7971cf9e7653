import type { Fingerprint } from '#shared/model/environment.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import type { EnvironmentPayload } from './environment-fold.ts';

export type EnvironmentLook = {
  readonly hash: string;
  readonly takenAt: string;
  readonly moment: 'before' | 'after' | 'probe';
  readonly stepId: string | null;
};
export type EnvironmentWord = {
  readonly kind: 'accepted' | 'pinned';
  readonly instanceId: string;
  readonly hash: string;
  readonly name: string;
  readonly actor: string;
  readonly at: string;
};

type LookRow = { hash: string; taken_at: string; moment: string; step_id: string | null };
type WordRow = { kind: string; instance_id: string; hash: string; name: string; actor: string; at: string };

const toLook = (row: LookRow): EnvironmentLook => ({
  hash: row.hash,
  takenAt: row.taken_at,
  moment: row.moment as EnvironmentLook['moment'],
  stepId: row.step_id,
});

export const environmentReads = {
  /** The first and the newest look at a machine. */
  'environment.looks': (
    { sql }: StoreContext,
    input: { readonly instanceId: string },
  ): { readonly first: EnvironmentLook; readonly newest: EnvironmentLook } | null => {
    const select = 'SELECT hash, taken_at, moment, step_id FROM environment_look WHERE instance_id = ? ORDER BY id';
    const first = sql.get<LookRow>(`${select} LIMIT 1`, [input.instanceId]);
    const newest = sql.get<LookRow>(`${select} DESC LIMIT 1`, [input.instanceId]);
    return first === undefined || newest === undefined ? null : { first: toLook(first), newest: toLook(newest) };
  },

  'environment.content': ({ sql }: StoreContext, input: { readonly hash: string }): Fingerprint | null => {
    const row = sql.get<{ content: string }>('SELECT content FROM environment WHERE hash = ?', [input.hash]);
    return row === undefined ? null : (JSON.parse(row.content) as Fingerprint);
  },

  /** Whole hashes that begin so. */
  'environment.hashes': ({ sql }: StoreContext, input: { readonly beginning: string }): string[] =>
    sql
      .all<{ hash: string }>('SELECT hash FROM environment WHERE substr(hash, 1, ?) = ? LIMIT 3', [
        input.beginning.length,
        input.beginning,
      ])
      .map((row) => row.hash),

  /** What people said: accepted states of one machine, and pinned ones of all; newest first. */
  'environment.words': ({ sql }: StoreContext, input: { readonly instanceId: string }): EnvironmentWord[] =>
    sql
      .all<WordRow>(
        `SELECT * FROM environment_word WHERE kind = 'pinned' OR instance_id = ?
         ORDER BY logical_clock DESC LIMIT 200`,
        [input.instanceId],
      )
      .map((row) => ({
        kind: row.kind as EnvironmentWord['kind'],
        instanceId: row.instance_id,
        hash: row.hash,
        name: row.name,
        actor: row.actor,
        at: row.at,
      })),
};

export const environmentWrites = {
  'environment.keep': (
    { sql }: StoreContext,
    input: { readonly instanceId: string; readonly look: EnvironmentLook; readonly content: Fingerprint },
  ): null => {
    sql.transaction(() => {
      sql.run('INSERT INTO environment (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING', [
        input.look.hash,
        JSON.stringify(input.content),
      ]);
      sql.run('INSERT INTO environment_look (instance_id, hash, taken_at, moment, step_id) VALUES (?, ?, ?, ?, ?)', [
        input.instanceId,
        input.look.hash,
        input.look.takenAt,
        input.look.moment,
        input.look.stepId,
      ]);
    });
    return null;
  },

  'environment.say': (
    context: StoreContext,
    input: {
      readonly hostKey: string;
      readonly actor: string;
      readonly wallTime: string;
      readonly kind: EnvironmentWord['kind'];
      readonly said: EnvironmentPayload;
    },
  ): null => {
    const { kind, said, ...stamp } = input;
    commitEvent(context, {
      ...stamp,
      type: kind === 'pinned' ? 'environment.pinned' : 'environment.accepted',
      payload: said,
    });
    return null;
  },
};
