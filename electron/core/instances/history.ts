import { RoomError } from '#shared/errors.ts';
import type { MachineMoment } from '#shared/model/fleet-history.ts';
import type { Database } from '../db/database.ts';
import type { MachineEvent, MachineJob } from './history-store.ts';
import type { LedgerCommand, LedgerEntry } from './store.ts';

const commandWords: Record<string, string> = {
  stop: 'Stop',
  start: 'Start',
  destroy: 'Destroy',
  reboot: 'Reboot',
  label: 'Label',
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function commandMoment(command: LedgerCommand): MachineMoment {
  return {
    at: command.askedAt,
    kind: 'command',
    outcome: command.outcome ?? 'open',
    title: `${commandWords[command.kind] ?? capital(command.kind)} asked`,
    detail: command.message,
    jobId: command.jobId,
    actor: command.actor,
  };
}

function jobMoment(job: MachineJob): MachineMoment {
  const isOpen = job.state === 'running' || job.state === 'queued' || job.state === 'interrupted';
  return {
    at: job.at,
    kind: 'job',
    outcome: job.state === 'succeeded' ? 'done' : isOpen ? 'open' : job.state === 'cancelled' ? 'told' : 'failed',
    title: `${capital(job.kind.split('.').at(-1) ?? job.kind)} ${job.state}`,
    detail: job.message,
    jobId: job.id,
    actor: job.actor,
  };
}

/** Types of events are `noun.verb`: one that this file does not know is told by its own words. */
function eventMoment({ type, actor, at, payload }: MachineEvent): MachineMoment {
  const text = (name: string): string | null => {
    const value = payload[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const isOwned = type === 'instance.owned';
  const owner = text('owner');
  const until = text('until');
  return {
    at,
    kind: 'event',
    outcome: 'told',
    title: isOwned
      ? `Marked as ${text('ownership') ?? 'unknown'}${owner === null ? '' : `, of ${owner}`}${until === null ? '' : `, until ${until}`}`
      : capital(type.replaceAll(/[._]/g, ' ')),
    detail: isOwned ? text('note') : (text('because') ?? text('words') ?? text('note') ?? text('reason')),
    jobId: text('jobId'),
    actor,
  };
}

function lifeMoments({ firstSeenAt, goneAt, instance }: LedgerEntry): MachineMoment[] {
  const moment = (at: string, title: string, detail: string | null): MachineMoment => ({
    at,
    kind: 'seen',
    outcome: 'told',
    title,
    detail,
    jobId: null,
    actor: null,
  });
  return [
    ...(goneAt === null ? [] : [moment(goneAt, 'Proved gone', 'The provider has no such machine.')]),
    moment(firstSeenAt, 'First seen here', instance.imageName),
    ...(instance.startedAt === null ? [] : [moment(instance.startedAt, 'Contract began', 'as the provider says')]),
  ];
}

/**
 * What happened to a machine, newest first. A job that has sent a command is told by its command.
 * @throws RoomError not_found for a machine that nobody here ever saw.
 */
export async function readHistory(
  input: { readonly id: string; readonly limit: number },
  database: Database,
): Promise<MachineMoment[]> {
  const { id, limit } = input;
  const entry = await database.read('instances.entry', { id });
  if (entry === null) throw new RoomError('not_found', `No machine ${id} is on record here.`);
  const [commands, jobs, events, phases] = await Promise.all([
    database.read('instances.commands', { id }),
    database.read('instances.jobs', { id }),
    database.read('instances.events', { id }),
    database.read('instances.phaseChanges', { id }),
  ]);
  const told = new Set(commands.map((command) => command.jobId));
  const moments = [
    ...commands.map(commandMoment),
    ...jobs.filter((job) => !told.has(job.id)).map(jobMoment),
    ...events.map(eventMoment),
    ...phases.map(({ at, phase }): MachineMoment => ({
      at,
      kind: 'phase',
      outcome: 'told',
      title: `API says ${phase}`,
      detail: null,
      jobId: null,
      actor: null,
    })),
    ...lifeMoments(entry),
  ];
  return moments.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, limit);
}
