import type { Instance, InstancePhase } from '#shared/model/instance.ts';
import type { SpendSample } from '#shared/rules/spend.ts';
import type { StoreContext } from '../db/store-context.ts';
import { commitEvent } from '../history/event-store.ts';
import type { OwnedPayload } from './owner-fold.ts';

/** What was last asked of a machine by this room. */
export type Asked = 'running' | 'stopped' | 'destroyed';

export type LedgerCommand = {
  readonly id: string;
  readonly instanceId: string;
  readonly kind: string;
  readonly jobId: string;
  readonly actor: string;
  readonly askedAt: string;
  readonly finishedAt: string | null;
  readonly outcome: 'done' | 'failed' | null;
  readonly message: string | null;
};

/** One machine as the ledger has it: what was seen, what was asked, whose it is. */
export type LedgerEntry = {
  readonly instance: Instance;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** Since when the actual status is what it is, as far as this room saw. */
  readonly actualSince: string;
  /** When it was proved gone; null while it is there. */
  readonly goneAt: string | null;
  readonly asked: Asked | null;
  readonly askedAt: string | null;
  readonly owner: Omit<OwnedPayload, 'instanceId'> | null;
};

export type FleetReading = {
  readonly account: string;
  readonly observedAt: string;
  readonly creditUsd: number | null;
  readonly creditAt: string | null;
};

export type Observation = {
  readonly instance: Instance;
  readonly redactedRow: unknown;
  readonly phase: InstancePhase;
  readonly ratePerHourUsd: number | null;
};

type EntryRow = {
  instance: string;
  first_seen_at: string;
  last_seen_at: string;
  actual_since: string;
  gone_at: string | null;
  asked: string | null;
  asked_at: string | null;
  ownership: string | null;
  owner: string | null;
  until: string | null;
  note: string | null;
};

const entrySelect = `
  SELECT instance.*, instance_owner.ownership, instance_owner.owner, instance_owner.until, instance_owner.note
  FROM instance LEFT JOIN instance_owner ON instance_owner.instance_id = instance.id`;

function toEntry(row: EntryRow): LedgerEntry {
  return {
    instance: JSON.parse(row.instance) as Instance,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    actualSince: row.actual_since,
    goneAt: row.gone_at,
    asked: row.asked as Asked | null,
    askedAt: row.asked_at,
    owner:
      row.ownership === null
        ? null
        : {
            ownership: row.ownership as OwnedPayload['ownership'],
            owner: row.owner,
            until: row.until,
            note: row.note,
          },
  };
}

type CommandRow = {
  id: string;
  instance_id: string;
  kind: string;
  job_id: string;
  actor: string;
  asked_at: string;
  finished_at: string | null;
  outcome: string | null;
  message: string | null;
};

const toCommand = (row: CommandRow): LedgerCommand => ({
  id: row.id,
  instanceId: row.instance_id,
  kind: row.kind,
  jobId: row.job_id,
  actor: row.actor,
  askedAt: row.asked_at,
  finishedAt: row.finished_at,
  outcome: row.outcome as LedgerCommand['outcome'],
  message: row.message,
});

const sampleIntervalMs = 60_000;

function writeSample({ sql }: StoreContext, at: string, item: Observation): void {
  const last = sql.get<{ at: string; phase: string; rate_usd: number | null }>(
    'SELECT at, phase, rate_usd FROM instance_sample WHERE instance_id = ? ORDER BY at DESC LIMIT 1',
    [item.instance.id],
  );
  const isSame =
    last !== undefined &&
    last.phase === item.phase &&
    last.rate_usd === item.ratePerHourUsd &&
    Date.parse(at) - Date.parse(last.at) < sampleIntervalMs;
  if (isSame) return;
  sql.run(
    'INSERT OR REPLACE INTO instance_sample (instance_id, at, phase, rate_usd, gpu_util_percent) VALUES (?, ?, ?, ?, ?)',
    [item.instance.id, at, item.phase, item.ratePerHourUsd, item.instance.gpuUtilPercent],
  );
}

function writeObservation(context: StoreContext, account: string, at: string, item: Observation): void {
  const before = context.sql.get<{ instance: string; actual_since: string; gone_at: string | null }>(
    'SELECT instance, actual_since, gone_at FROM instance WHERE id = ?',
    [item.instance.id],
  );
  const isSameStatus =
    before !== undefined &&
    before.gone_at === null &&
    (JSON.parse(before.instance) as Instance).actualStatus === item.instance.actualStatus;
  context.sql.run(
    `INSERT INTO instance (id, account, first_seen_at, last_seen_at, actual_since, instance, redacted_row)
     VALUES (:id, :account, :at, :at, :actualSince, :instance, :row)
     ON CONFLICT (id) DO UPDATE SET account = :account, last_seen_at = :at, actual_since = :actualSince, gone_at = NULL,
       instance = :instance, redacted_row = :row`,
    {
      id: item.instance.id,
      account,
      at,
      actualSince: isSameStatus ? before.actual_since : at,
      instance: JSON.stringify(item.instance),
      row: JSON.stringify(item.redactedRow),
    },
  );
  writeSample(context, at, item);
}

export const instanceReads = {
  'instances.present': ({ sql }: StoreContext, input: { readonly account: string }): LedgerEntry[] =>
    sql
      .all<EntryRow>(`${entrySelect} WHERE instance.account = ? AND instance.gone_at IS NULL ORDER BY instance.id`, [
        input.account,
      ])
      .map(toEntry),

  'instances.entry': ({ sql }: StoreContext, input: { readonly id: string }): LedgerEntry | null => {
    const row = sql.get<EntryRow>(`${entrySelect} WHERE instance.id = ?`, [input.id]);
    return row === undefined ? null : toEntry(row);
  },

  /** Samples of one machine, oldest first. */
  'instances.samples': ({ sql }: StoreContext, input: { readonly id: string }): SpendSample[] =>
    sql
      .all<{
        at: string;
        phase: string;
        rate_usd: number | null;
      }>('SELECT at, phase, rate_usd FROM instance_sample WHERE instance_id = ? ORDER BY at', [input.id])
      .map((row) => ({
        at: row.at,
        phase: row.phase as InstancePhase,
        ratePerHourUsd: row.rate_usd,
        kind: 'observed',
      })),

  /** Every machine of an account that was ever seen, gone ones too. */
  'instances.everSeen': ({ sql }: StoreContext, input: { readonly account: string }): LedgerEntry[] =>
    sql.all<EntryRow>(`${entrySelect} WHERE instance.account = ? ORDER BY instance.id`, [input.account]).map(toEntry),

  'instances.commands': ({ sql }: StoreContext, input: { readonly id: string }): LedgerCommand[] =>
    sql
      .all<CommandRow>(
        'SELECT * FROM instance_command WHERE instance_id = ? ORDER BY asked_at DESC, rowid DESC LIMIT 100',
        [input.id],
      )
      .map(toCommand),

  /** Commands that no engine has seen the end of. */
  'instances.openCommands': ({ sql }: StoreContext): LedgerCommand[] =>
    sql.all<CommandRow>('SELECT * FROM instance_command WHERE outcome IS NULL ORDER BY asked_at, rowid').map(toCommand),

  /** The newest whole list of an account, or of any account at an address when it is not known which. */
  'fleet.reading': (
    { sql }: StoreContext,
    input: { readonly address: string; readonly account: string | null },
  ): FleetReading | null => {
    const row = sql.get<{ account: string; observed_at: string; credit_usd: number | null; credit_at: string | null }>(
      `SELECT * FROM fleet_reading WHERE address = :address AND (:account IS NULL OR account = :account)
       ORDER BY observed_at DESC LIMIT 1`,
      input,
    );
    return row === undefined
      ? null
      : { account: row.account, observedAt: row.observed_at, creditUsd: row.credit_usd, creditAt: row.credit_at };
  },
};

export const instanceWrites = {
  /** One whole list of an account, at once or not at all. `gone` are those proved gone beside it. */
  'fleet.observe': (
    context: StoreContext,
    input: {
      readonly account: string;
      readonly address: string;
      readonly at: string;
      readonly items: readonly Observation[];
      readonly gone: readonly string[];
      /** Null when it was not read this time. */
      readonly credit: { readonly usd: number | null } | null;
    },
  ): null => {
    const { sql } = context;
    sql.transaction(() => {
      for (const item of input.items) writeObservation(context, input.account, input.at, item);
      for (const id of input.gone)
        sql.run('UPDATE instance SET gone_at = ? WHERE id = ? AND gone_at IS NULL', [input.at, id]);
      sql.run(
        `INSERT INTO fleet_reading (account, address, observed_at) VALUES (?, ?, ?)
         ON CONFLICT (account) DO UPDATE SET observed_at = excluded.observed_at`,
        [input.account, input.address, input.at],
      );
      if (input.credit !== null)
        sql.run('UPDATE fleet_reading SET credit_usd = ?, credit_at = ? WHERE account = ?', [
          input.credit.usd,
          input.at,
          input.account,
        ]);
    });
    return null;
  },

  /** A read of one machine, outside of a list. */
  'instances.observe': (
    context: StoreContext,
    input: { readonly account: string; readonly at: string; readonly item: Observation },
  ): null => {
    context.sql.transaction(() => writeObservation(context, input.account, input.at, input.item));
    return null;
  },

  'instances.markGone': ({ sql }: StoreContext, input: { readonly id: string; readonly at: string }): null => {
    sql.run('UPDATE instance SET gone_at = ? WHERE id = ? AND gone_at IS NULL', [input.at, input.id]);
    return null;
  },

  /** Written before the first request of a command leaves. */
  'instances.ask': (
    { sql }: StoreContext,
    input: Pick<LedgerCommand, 'id' | 'instanceId' | 'kind' | 'jobId' | 'actor' | 'askedAt'> & {
      readonly asked: Asked | null;
    },
  ): null => {
    sql.transaction(() => {
      sql.run(
        `INSERT INTO instance_command (id, instance_id, kind, job_id, actor, asked_at) VALUES (?, ?, ?, ?, ?, ?)`,
        [input.id, input.instanceId, input.kind, input.jobId, input.actor, input.askedAt],
      );
      if (input.asked !== null)
        sql.run('UPDATE instance SET asked = ?, asked_at = ? WHERE id = ?', [
          input.asked,
          input.askedAt,
          input.instanceId,
        ]);
    });
    return null;
  },

  'instances.settle': (
    { sql }: StoreContext,
    input: { readonly id: string; readonly at: string; readonly outcome: 'done' | 'failed'; readonly message: string },
  ): null => {
    sql.run('UPDATE instance_command SET finished_at = ?, outcome = ?, message = ? WHERE id = ? AND outcome IS NULL', [
      input.at,
      input.outcome,
      input.message,
      input.id,
    ]);
    return null;
  },

  'instances.own': (
    context: StoreContext,
    input: {
      readonly hostKey: string;
      readonly actor: string;
      readonly wallTime: string;
      readonly owned: OwnedPayload;
    },
  ): null => {
    const { owned, ...stamp } = input;
    commitEvent(context, { ...stamp, type: 'instance.owned', payload: owned });
    return null;
  },
};
