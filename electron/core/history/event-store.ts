import type { Decision, DecisionSubject, DecisionValue } from '#shared/model/decision.ts';
import { RoomError } from '#shared/errors.ts';
import type { StoreContext } from '../db/store-context.ts';
import { newId } from '../ids.ts';
import { foldDrill, foldGuard } from '../guards/guard-fold.ts';
import { foldSchedule } from '../schedule/schedule-fold.ts';
import { foldAcceptance } from '../snapshots/store/acceptance-fold.ts';
import { foldOwner } from '../instances/owner-fold.ts';
import { foldHostKey } from '../ssh/host-key-fold.ts';
import { foldEnvironment } from '../remote/environment-fold.ts';
import { foldRemoteLaunch } from '../remote/launch-fold.ts';
import { foldOverride } from '../review/override-fold.ts';
import { studyFolds } from '../study/study-fold.ts';
import { indexNote, removeNotes } from '../runs/doc-store.ts';
import { eventsOf, insertEvent, type EventRow } from './event-rows.ts';
import { findChainFault, hashEvent, type HistoryEvent } from './event.ts';
import { compareWithSegments, keepInSegment, knownDevices } from './segment-sync.ts';
import { appendToSegment, readSegments } from './segments.ts';

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

type RecordedPayload = { readonly subject: DecisionSubject; readonly value: DecisionValue };

/** Applies one event to the tables that are nothing but this, over all events. */
function foldEvent(context: StoreContext, event: HistoryEvent): void {
  folds[event.type](context, event);
}

const folds: Readonly<Record<HistoryEvent['type'], (context: StoreContext, event: HistoryEvent) => void>> = {
  'decision.recorded': foldDecision,
  'decision.undone': ({ sql }, event) => {
    sql.run('UPDATE decision SET undone_by = ? WHERE event_id = ?', [event.id, String(event.payload['eventId'])]);
  },
  'instance.owned': foldOwner,
  'host_key.accepted': foldHostKey,
  'snapshot.accepted': foldAcceptance,
  'environment.accepted': foldEnvironment,
  'environment.pinned': foldEnvironment,
  'run.launched': foldRemoteLaunch,
  'orientation.overruled': foldOverride,
  'guard.armed': foldGuard,
  'guard.disarmed': foldGuard,
  'guard.drilled': foldDrill,
  'schedule.set': foldSchedule,
  ...studyFolds,
};

function foldDecision(context: StoreContext, event: HistoryEvent): void {
  const { sql } = context;
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

/** Seals an event, folds it and writes it to the segment of this device. */
export function commitEvent(context: StoreContext, input: NewEvent): HistoryEvent {
  const event = context.sql.transaction(() => {
    const sealed = nextEvent(context, input);
    insertEvent(context, sealed);
    foldEvent(context, sealed);
    return sealed;
  });
  // After the transaction: a segment may lack its newest event after a crash (made good on the next
  // start), but never holds one that the database does not have.
  keepInSegment(context, event);
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
      const ofRun = '(SELECT id FROM idx.clip WHERE run_id = :runId)';
      where.push(`(decision.run_id = :runId OR decision.clip_id IN ${ofRun} OR decision.other_clip_id IN ${ofRun})`);
      params['runId'] = input.runId;
    }
    if (input.clipId !== undefined) {
      // What was said of these bytes counts wherever they turn up again: in a later snapshot, in a copy of the run.
      const sameBytes = 'decision.media_id = (SELECT media_id FROM idx.clip WHERE id = :clipId)';
      where.push(`(decision.clip_id = :clipId OR decision.other_clip_id = :clipId OR ${sameBytes})`);
      params['clipId'] = input.clipId;
    }
    return context.sql
      .all<DecisionRow>(
        `${decisionSelect} WHERE ${where.join(' AND ')} ORDER BY event.logical_clock DESC, event.wall_time DESC LIMIT 2000`,
        params,
      )
      .map(toDecision);
  },

  'decisions.count': ({ sql }: StoreContext): number =>
    sql.get<{ n: number }>('SELECT count(*) AS n FROM decision WHERE undone_by IS NULL')!.n,

  'decisions.verify': (context: StoreContext) => {
    const devices = knownDevices(context).map((device) => {
      const events = eventsOf(context, device);
      const { fault, isRead } = compareWithSegments(context, device, events);
      return { deviceId: device, eventCount: events.length, headHash: events.at(-1)?.hash ?? null, fault, isRead };
    });
    const isBroken = devices.some((device) => device.isRead && device.fault !== null);
    const state: 'verified' | 'broken' | 'could_not_tell' = isBroken
      ? 'broken'
      : devices.every((device) => device.isRead)
        ? 'verified'
        : 'could_not_tell';
    return { state, devices };
  },
};

type ReconcileResult = {
  readonly appended: number;
  readonly restored: number;
  readonly faults: readonly string[];
  readonly unreachable: readonly string[];
};

export const eventWrites = {
  'decisions.record': (
    context: StoreContext,
    input: { hostKey: string; actor: string; wallTime: string; subject: DecisionSubject; value: DecisionValue },
  ): Decision => {
    assertSubjectExists(context, input.subject);
    const event = commitEvent(context, {
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
    const event = commitEvent(context, {
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
   * they continue the chain. `unreachable` names the devices whose segments the disk does not give or take.
   */
  'events.reconcile': (context: StoreContext): ReconcileResult => {
    const result = { appended: 0, restored: 0, faults: [] as string[], unreachable: [] as string[] };
    for (const device of knownDevices(context)) {
      try {
        const { appended, restored, fault } = reconcileDevice(context, device);
        result.appended += appended;
        result.restored += restored;
        if (fault !== null) result.faults.push(`${device}: ${fault}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
        result.unreachable.push(`${device}: ${(error as Error).message}`);
      }
    }
    return result;
  },

  /** Notes are searchable; after the index was made anew they are put back from the events. */
  'events.indexNotes': (context: StoreContext): null => {
    const rows = context.sql.all<EventRow>(`SELECT event.* FROM decision JOIN event ON event.id = decision.event_id`);
    context.sql.transaction(() => {
      removeNotes(context);
      for (const row of rows) {
        const { subject, value } = JSON.parse(row.payload) as RecordedPayload;
        indexNote(context, { eventId: row.id, at: row.wall_time, subject, text: value.note });
      }
    });
    return null;
  },
};

function reconcileDevice(
  context: StoreContext,
  device: string,
): { readonly appended: number; readonly restored: number; readonly fault: string | null } {
  const events = eventsOf(context, device);
  const segments = readSegments(context.folder, device).events;
  const shared = Math.min(events.length, segments.length);
  const isShared = segments.slice(0, shared).every((event, i) => event.hash === events[i]!.hash);
  const fault = findChainFault(segments) ?? (isShared ? null : 'segment and database differ');
  if (fault !== null) return { appended: 0, restored: 0, fault };
  const toAppend = events.slice(segments.length);
  for (const event of toAppend) appendToSegment(context.folder, event);
  const toRestore = segments.slice(events.length);
  context.sql.transaction(() => {
    for (const event of toRestore) {
      insertEvent(context, event);
      foldEvent(context, event);
    }
  });
  return { appended: toAppend.length, restored: toRestore.length, fault: null };
}

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
