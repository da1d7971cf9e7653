import type { Actor, Job, JobState, JobStep } from '#shared/model/job.ts';
import { isJobOver } from '#shared/model/job.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

export const jobShapes: Record<JobState, StateShape> = {
  queued: 'waiting',
  running: 'running',
  succeeded: 'ok',
  failed: 'fail',
  cancelled: 'off',
  interrupted: 'unknown',
};

export const stepMarks: Record<JobStep['state'], { readonly shape: StateShape; readonly word: string }> = {
  waiting: { shape: 'waiting', word: 'Waiting' },
  running: { shape: 'running', word: 'Running' },
  done: { shape: 'ok', word: 'Done' },
  failed: { shape: 'fail', word: 'Failed' },
  skipped: { shape: 'off', word: 'Skipped' },
  unknown: { shape: 'unknown', word: 'Unknown' },
};

const plainWords: Record<JobState, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Finished',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

const doingWords: Record<string, string> = {
  'runs.import': 'Importing',
  'clips.convert': 'Converting',
  'orientation.check': 'Checking',
  'history.rebuild': 'Rebuilding',
  'instances.stop': 'Stopping',
  'instances.destroy': 'Destroying',
  'instances.start': 'Starting',
  'instances.reboot': 'Rebooting',
  'instances.label': 'Labelling',
  'launch.apply': 'Renting',
  'snapshots.pull': 'Pulling',
  'snapshots.pullLarge': 'Pulling large files',
  'snapshots.verify': 'Verifying',
  'snapshots.restore': 'Restoring',
  'snapshots.prune': 'Removing old ones',
  'sync.once': 'Copying what is due',
  'sync.prove': 'Proving the copies',
  'mirror.push': 'Mirroring',
  'mirror.check': 'Checking B2',
  'mirror.pull': 'Pulling from B2',
  'mirror.repair': 'Repairing B2',
  'mirror.prune': 'Pruning B2',
};

const nouns: Record<string, string> = {
  'runs.import': 'Import',
  'clips.convert': 'Conversion',
  'orientation.check': 'Depth check',
  'history.rebuild': 'Index rebuild',
  'instances.stop': 'Stop',
  'instances.destroy': 'Destroy',
  'instances.start': 'Start',
  'instances.reboot': 'Reboot',
  'instances.label': 'Label',
  'launch.apply': 'Launch',
  'snapshots.pull': 'Pull',
  'snapshots.pullLarge': 'Large files',
  'snapshots.verify': 'Verification',
  'snapshots.restore': 'Restore',
  'snapshots.prune': 'Retention',
  'sync.once': 'Copy of what is due',
  'sync.prove': 'Proof of the copies',
  'mirror.push': 'Mirror',
  'mirror.check': 'B2 check',
  'mirror.pull': 'Pull from B2',
  'mirror.repair': 'B2 repair',
  'mirror.prune': 'B2 prune',
};

export function jobKindWord(kind: string): string {
  return nouns[kind] ?? kind;
}

/** The state of a job as one word, in terms of what it does while it runs. */
export function jobStateWord(job: Job): string {
  if (job.state === 'running') return doingWords[job.kind] ?? plainWords.running;
  return plainWords[job.state];
}

const actorWords: Record<Actor, string> = {
  operator: 'operator',
  schedule: 'schedule',
  guard: 'guard',
  cli: 'command line',
};

/** Who started a job, for a person. An import that nobody asked for is the room's own: its demo. */
export function actorWord({ actor, kind }: Pick<Job, 'actor' | 'kind'>): string {
  return actor === 'schedule' && kind === 'runs.import' ? 'the room' : actorWords[actor];
}

/** How long it ran, in seconds; null before it started. */
export function jobSeconds(job: Job, nowMs: number): number | null {
  if (job.startedAt === null) return null;
  const end = job.finishedAt === null ? (isJobOver(job.state) ? null : nowMs) : Date.parse(job.finishedAt);
  return end === null ? null : Math.max(0, (end - Date.parse(job.startedAt)) / 1000);
}
