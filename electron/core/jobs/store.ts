import type { Job, JobState } from '#shared/model/job.ts';
import type { StoreContext } from '../db/store-context.ts';

type JobRow = {
  id: string;
  kind: string;
  subject: string;
  actor: string;
  state: string;
  steps: string;
  progress: string | null;
  error: string | null;
  input: string;
  result: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};

function fromRow(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    actor: row.actor as Job['actor'],
    state: row.state as JobState,
    steps: JSON.parse(row.steps) as Job['steps'],
    progress: row.progress === null ? null : (JSON.parse(row.progress) as Job['progress']),
    error: row.error === null ? null : (JSON.parse(row.error) as Job['error']),
    input: JSON.parse(row.input) as Job['input'],
    result: row.result === null ? null : (JSON.parse(row.result) as Job['result']),
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

function toParams(job: Job): Record<string, string | null> {
  return {
    id: job.id,
    kind: job.kind,
    subject: job.subject,
    actor: job.actor,
    state: job.state,
    steps: JSON.stringify(job.steps),
    progress: job.progress === null ? null : JSON.stringify(job.progress),
    error: job.error === null ? null : JSON.stringify(job.error),
    input: JSON.stringify(job.input),
    result: job.result === null ? null : JSON.stringify(job.result),
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}

export const jobReads = {
  'jobs.get': ({ sql }: StoreContext, input: { readonly id: string }): Job | null => {
    const row = sql.get<JobRow>('SELECT * FROM job WHERE id = ?', [input.id]);
    return row === undefined ? null : fromRow(row);
  },

  'jobs.list': (
    { sql }: StoreContext,
    input: {
      readonly states?: readonly string[];
      readonly kinds?: readonly string[];
      readonly offset: number;
      readonly limit: number;
    },
  ): { items: Job[]; activeCount: number; totalCount: number } => {
    const where: string[] = [];
    const params: Record<string, string | number> = { offset: input.offset, limit: input.limit };
    if (input.states !== undefined) {
      where.push('state IN (SELECT value FROM json_each(:states))');
      params['states'] = JSON.stringify(input.states);
    }
    if (input.kinds !== undefined) {
      where.push('kind IN (SELECT value FROM json_each(:kinds))');
      params['kinds'] = JSON.stringify(input.kinds);
    }
    const filter = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
    const rows = sql.all<JobRow>(
      `SELECT * FROM job ${filter}
       ORDER BY state IN ('running', 'queued') DESC, created_at DESC, rowid DESC LIMIT :limit OFFSET :offset`,
      params,
    );
    const counts = sql.get<{ total: number; active: number | null }>(
      `SELECT count(*) AS total, sum(state IN ('running', 'queued')) AS active FROM job`,
    )!;
    return { items: rows.map(fromRow), activeCount: counts.active ?? 0, totalCount: counts.total };
  },

  /** Jobs that the last engine left open: running when it died, or queued for the next one. */
  'jobs.open': ({ sql }: StoreContext): Job[] =>
    sql.all<JobRow>(`SELECT * FROM job WHERE state IN ('running', 'queued') ORDER BY created_at, rowid`).map(fromRow),
};

export const jobWrites = {
  'jobs.save': ({ sql }: StoreContext, job: Job): null => {
    sql.run(
      `INSERT INTO job (id, kind, subject, actor, state, steps, progress, error, input, result, created_at, started_at, finished_at)
       VALUES (:id, :kind, :subject, :actor, :state, :steps, :progress, :error, :input, :result, :createdAt, :startedAt, :finishedAt)
       ON CONFLICT (id) DO UPDATE SET subject = :subject, state = :state, steps = :steps, progress = :progress, error = :error,
         result = :result, started_at = :startedAt, finished_at = :finishedAt`,
      toParams(job),
    );
    return null;
  },
};
