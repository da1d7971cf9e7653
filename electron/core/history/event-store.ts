import type { Decision, DecisionSubject, DecisionValue } from '#shared/model/decision.ts';
import { RoomError } from '#shared/errors.ts';
import type { StoreContext } from '../db/store-context.ts';
import { newId } from '../ids.ts';
import { indexNote } from '../runs/doc-store.ts';
import { findChainFault, hashEvent, type HistoryEvent } from './event.ts';
import { appendToSegment, readSegments, segmentDevices } from './segments.ts';

type EventRow = {
  id: string;
  device_id: string;
  seq: number;
  actor: string;
  type: string;
  payload: string;
  wall_time: string;
  logical_clock: number;
  prev_hash: string | null;
  hash: string;
};

function fromRow(row: EventRow): HistoryEvent {
  return {
    id: row.id,
    deviceId: row.device_id,
    seq: row.seq,
    actor: row.actor,
    type: row.type as HistoryEvent['type'],
    payload: JSON.parse(row.payload) as HistoryEvent['payload'],
    wallTime: row.wall_time,
    logicalClock: row.logical_clock,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

/** The name under which this computer writes events of this workspace; made on first use. */
function deviceId({ sql }: StoreContext, hostKey: string): string {
  const key = `device:${hostKey}`;
  const known = sql.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', [key]);
  if (known !== undefined) return known.value;
  const id = newId('dev');
  sql.run('INSERT INTO meta (key, value) VALUES (?, ?)', [key, id]);
  return id;
}

type NewEvent = Pick<HistoryEvent, 'actor' | 'type' | 'payload' | 'wallTime'> & { readonly hostKey: string };

function nextEvent(context: StoreContext, input: NewEvent): HistoryEvent {
  const device = deviceId(context, input.hostKey);
  const last = context.sql.get<EventRow>('SELECT * FROM event WHERE device_id = ? ORDER BY seq DESC LIMIT 1', [device]);
  const clock = context.sql.get<{ newest: number | null }>('SELECT max(logical_clock) AS newest FROM event')!;
  const unsealed = {
    id: newId('ev'),
    deviceId: device,
    seq: (last?.seq ?? 0) + 1,
    actor: input.actor,
    type: input.type,
    payload: input.payload,
    wallTime: input.wallTime,
    logicalClock: (clock.newest ?? 0) + 1,
    prevHash: last?.hash ?? null,
  };
  return { ...unsealed, hash: hashEvent(unsealed) };
}

function insertEvent({ sql }: StoreContext, event: HistoryEvent): void {
  sql.run(
    `INSERT INTO event (id, device_id, seq, actor, type, payload, wall_time, logical_clock, prev_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      event.id,
      event.deviceId,
      event.seq,
      event.actor,
      event.type,
      JSON.stringify(event.payload),
      event.wallTime,
      event.logicalClock,
      event.prevHash,
      event.hash,
    ],
  );
}

type RecordedPayload = { readonly subject: DecisionSubject; readonly value: DecisionValue };

/** Applies one event to the table of decisions: the table is nothing but this, over all events. */
function foldEvent(context: StoreContext, event: HistoryEvent): void {
  const { sql } = context;
  if (event.type === 'decision.undone') {
    sql.run('UPDATE decision SET undone_by = ? WHERE event_id = ?', [event.id, String(event.payload['eventId'])]);
    return;
  }
  const { subject, value } = event.payload as RecordedPayload;
  sql.run(
    'INSERT INTO decision (event_id, subject_kind, run_id, clip_id, other_clip_id, media_id) VALUES (?, ?, ?, ?, ?, ?)',
    [
      event.id,
      subject.kind,
      subject.kind === 'run' ? subject.runId : null,
      subject.kind === 'clip' ? subject.clipId : subject.kind === 'pair' ? subject.leftClipId : null,
      subject.kind === 'pair' ? subject.rightClipId : null,
      subject.kind === 'clip' ? subject.mediaId : null,
    ],
  );
  indexNote(context, { eventId: event.id, at: event.wallTime, subject, text: value.note });
}

function commit(context: StoreContext, input: NewEvent): HistoryEvent {
  const event = context.sql.transaction(() => {
    const sealed = nextEvent(context, input);
    insertEvent(context, sealed);
    foldEvent(context, sealed);
    return sealed;
  });
  // After the transaction: a segment may lack its newest event after a crash (made good on the next
  // start), but never holds one that the database does not have.
  appendToSegment(context.folder, event);
  return event;
}

type DecisionRow = EventRow & { media_id: string | null; earlier: number };

function toDecision(row: DecisionRow): Decision {
  const { subject, value } = JSON.parse(row.payload) as RecordedPayload;
  return {
    eventId: row.id,
    deviceId: row.device_id,
    actor: row.actor,
    decidedAt: row.wall_time,
    subject,
    value,
    onEarlierEncoding: row.earlier === 1,
  };
}

const decisionSelect = `
  SELECT event.*, decision.media_id,
    EXISTS (SELECT 1 FROM media_successor WHERE predecessor = decision.media_id) AS earlier
  FROM decision JOIN event ON event.id = decision.event_id`;

function decisionOf(context: StoreContext, eventId: string): Decision {
  return toDecision(context.sql.get<DecisionRow>(`${decisionSelect} WHERE event.id = ?`, [eventId])!);
}

export const eventReads = {
  'decisions.list': (
    context: StoreContext,
    input: { readonly runId?: string; readonly clipId?: string },
  ): Decision[] => {
    const where = ['decision.undone_by IS NULL'];
    const params: Record<string, string> = {};
    if (input.runId !== undefined) {
      where.push(`(decision.run_id = :runId OR decision.clip_id IN (SELECT id FROM clip WHERE run_id = :runId))`);
      params['runId'] = input.runId;
    }
    if (input.clipId !== undefined) {
      where.push('(decision.clip_id = :clipId OR decision.other_clip_id = :clipId)');
      params['clipId'] = input.clipId;
    }
    return context.sql
      .all<DecisionRow>(
        `${decisionSelect} WHERE ${where.join(' AND ')} ORDER BY event.wall_time DESC, event.seq DESC LIMIT 2000`,
        params,
      )
      .map(toDecision);
  },

  'decisions.count': ({ sql }: StoreContext): number =>
    sql.get<{ n: number }>('SELECT count(*) AS n FROM decision WHERE undone_by IS NULL')!.n,

  'decisions.verify': (context: StoreContext) => {
    const inDatabase = context.sql
      .all<{ device_id: string }>('SELECT DISTINCT device_id FROM event')
      .map((row) => row.device_id);
    const devices = [...new Set([...inDatabase, ...segmentDevices(context.folder)])].toSorted().map((device) => {
      const events = context.sql
        .all<EventRow>('SELECT * FROM event WHERE device_id = ? ORDER BY seq', [device])
        .map(fromRow);
      const segments = readSegments(context.folder, device);
      const fault =
        findChainFault(events) ??
        (segments.events.length === events.length
          ? null
          : `the segments hold ${segments.events.length} events, the database ${events.length}`) ??
        segments.events
          .map((event, i) =>
            event.hash === events[i]?.hash ? null : `segment and database differ at event ${event.seq}`,
          )
          .find((it) => it !== null) ??
        findChainFault(segments.events);
      return {
        deviceId: device,
        eventCount: events.length,
        headHash: events.at(-1)?.hash ?? null,
        fault: fault ?? null,
      };
    });
    const state: 'verified' | 'broken' = devices.some((device) => device.fault !== null) ? 'broken' : 'verified';
    return { state, devices };
  },
};

export const eventWrites = {
  'decisions.record': (
    context: StoreContext,
    input: { hostKey: string; actor: string; wallTime: string; subject: DecisionSubject; value: DecisionValue },
  ): Decision => {
    assertSubjectExists(context, input.subject);
    const event = commit(context, {
      hostKey: input.hostKey,
      actor: input.actor,
      wallTime: input.wallTime,
      type: 'decision.recorded',
      payload: { subject: input.subject, value: input.value },
    });
    return decisionOf(context, event.id);
  },

  'decisions.undo': (
    context: StoreContext,
    input: { hostKey: string; actor: string; wallTime: string; eventId: string },
  ) => {
    const row = context.sql.get<{ undone_by: string | null }>('SELECT undone_by FROM decision WHERE event_id = ?', [
      input.eventId,
    ]);
    if (row === undefined) throw new RoomError('not_found', `There is no decision ${input.eventId}.`);
    if (row.undone_by !== null) throw new RoomError('conflict', 'This decision was already taken back.');
    const event = commit(context, {
      hostKey: input.hostKey,
      actor: input.actor,
      wallTime: input.wallTime,
      type: 'decision.undone',
      payload: { eventId: input.eventId },
    });
    return { undoneEventId: input.eventId, byEventId: event.id };
  },

  /**
   * Makes database and segments agree after a crash or a lost database: events that only the
   * database has are appended to the segment, events that only a segment has are taken in when
   * they continue the chain.
   */
  'events.reconcile': (
    context: StoreContext,
  ): { readonly appended: number; readonly restored: number; readonly faults: string[] } => {
    let appended = 0;
    let restored = 0;
    const faults: string[] = [];
    const inDatabase = context.sql
      .all<{ device_id: string }>('SELECT DISTINCT device_id FROM event')
      .map((row) => row.device_id);
    for (const device of new Set([...inDatabase, ...segmentDevices(context.folder)])) {
      const events = context.sql
        .all<EventRow>('SELECT * FROM event WHERE device_id = ? ORDER BY seq', [device])
        .map(fromRow);
      const segments = readSegments(context.folder, device).events;
      const shared = Math.min(events.length, segments.length);
      const fault =
        findChainFault(segments) ??
        (segments.slice(0, shared).every((event, i) => event.hash === events[i]!.hash)
          ? null
          : 'segment and database differ');
      if (fault !== null) {
        faults.push(`${device}: ${fault}`);
        continue;
      }
      for (const event of events.slice(segments.length)) {
        appendToSegment(context.folder, event);
        appended += 1;
      }
      context.sql.transaction(() => {
        for (const event of segments.slice(events.length)) {
          insertEvent(context, event);
          foldEvent(context, event);
          restored += 1;
        }
      });
    }
    return { appended, restored, faults };
  },

  /** Notes are searchable; after the index was made anew they are put back from the events. */
  'events.indexNotes': (context: StoreContext): null => {
    const rows = context.sql.all<EventRow>(`SELECT event.* FROM decision JOIN event ON event.id = decision.event_id`);
    for (const row of rows) {
      const { subject, value } = JSON.parse(row.payload) as RecordedPayload;
      indexNote(context, { eventId: row.id, at: row.wall_time, subject, text: value.note });
    }
    return null;
  },
};

function assertSubjectExists({ sql }: StoreContext, subject: DecisionSubject): void {
  const known = (table: 'run' | 'idx.clip', id: string): boolean =>
    sql.get(`SELECT 1 AS yes FROM ${table} WHERE id = ?`, [id]) !== undefined;
  const missing =
    subject.kind === 'run'
      ? known('run', subject.runId)
        ? null
        : `run ${subject.runId}`
      : subject.kind === 'clip'
        ? known('idx.clip', subject.clipId)
          ? null
          : `clip ${subject.clipId}`
        : ([subject.leftClipId, subject.rightClipId]
            .filter((id) => !known('idx.clip', id))
            .map((id) => `clip ${id}`)[0] ?? null);
  if (missing !== null)
    throw new RoomError('not_found', `There is no ${missing} in this workspace. Nothing was recorded.`);
}
