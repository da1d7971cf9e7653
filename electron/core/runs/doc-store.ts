import type { DecisionSubject } from '#shared/model/decision.ts';
import type { StoreContext } from '../db/store-context.ts';
import { createTimeOrderedIds } from './line-id.ts';

/** A piece of text about a run that the search finds: its name, a stage's detail, a prompt, a clip, a note. */
export type Doc = {
  readonly kind: 'run' | 'stage' | 'prompt' | 'clip' | 'note';
  readonly stageKey: string | null;
  readonly clipId: string | null;
  readonly at: string | null;
  readonly text: string;
};

type DocRow = { readonly id: number; readonly text: string };

/** Puts the texts of a run in place of those it had; notes are kept, they are not made from the folder. */
export function replaceDocs({ sql }: StoreContext, runId: string, docs: readonly Doc[]): void {
  removeDocs(sql, sql.all<DocRow>(`SELECT id, text FROM idx.doc WHERE run_id = ? AND kind <> 'note'`, [runId]));
  const idFor = createTimeOrderedIds(sql, 'idx.doc');
  for (const doc of docs) insertDoc({ sql }, idFor, runId, doc);
}

/** Takes every note out of the search, before they are put back from the events. */
export function removeNotes({ sql }: StoreContext): void {
  removeDocs(sql, sql.all<DocRow>(`SELECT id, text FROM idx.doc WHERE kind = 'note'`));
}

function removeDocs(sql: StoreContext['sql'], rows: readonly DocRow[]): void {
  for (const row of rows) {
    sql.run(`INSERT INTO idx.doc_fts (doc_fts, rowid, text) VALUES ('delete', ?, ?)`, [row.id, row.text]);
    sql.run('DELETE FROM idx.doc WHERE id = ?', [row.id]);
  }
}

function insertDoc({ sql }: Pick<StoreContext, 'sql'>, idFor: (ms: number) => number, runId: string, doc: Doc): void {
  const id = idFor(doc.at === null ? 0 : Date.parse(doc.at));
  sql.run('INSERT INTO idx.doc (id, kind, run_id, stage_key, clip_id, at, text) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    id,
    doc.kind,
    runId,
    doc.stageKey,
    doc.clipId,
    doc.at,
    doc.text,
  ]);
  sql.run('INSERT INTO idx.doc_fts (rowid, text) VALUES (?, ?)', [id, doc.text]);
}

/** Makes the text of a decision searchable under the run it belongs to. */
export function indexNote(
  { sql }: StoreContext,
  note: { readonly eventId: string; readonly at: string; readonly subject: DecisionSubject; readonly text: string },
): void {
  if (note.text === '') return;
  const clipId =
    note.subject.kind === 'clip' ? note.subject.clipId : note.subject.kind === 'pair' ? note.subject.leftClipId : null;
  const runId =
    note.subject.kind === 'run'
      ? note.subject.runId
      : sql.get<{ run_id: string }>('SELECT run_id FROM idx.clip WHERE id = ?', [clipId!])?.run_id;
  if (runId === undefined) return;
  const doc: Doc = { kind: 'note', stageKey: null, clipId, at: note.at, text: note.text };
  insertDoc({ sql }, createTimeOrderedIds(sql, 'idx.doc'), runId, doc);
}
