import { Notification } from 'electron';
import type { RoomEvent } from '#shared/contract/index.ts';
import type { Envelope } from '#shared/errors.ts';
import { jobSchema } from '#shared/model/job.ts';

/** Says that a job failed when nobody is looking at the room; a click brings the room up. */
export function createJobNotifier(options: {
  readonly call: (method: string, input: unknown) => Promise<Envelope<unknown>>;
  readonly isLookedAt: () => boolean;
  readonly show: (title: string, body: string) => void;
}): (event: RoomEvent) => Promise<void> {
  const told = new Set<string>();
  return async (event) => {
    if (event.name !== 'jobs.changed' || options.isLookedAt() || told.has(event.payload.jobId)) return;
    const envelope = await options.call('jobs.get', { id: event.payload.jobId });
    const job = envelope.ok ? jobSchema.safeParse(envelope.value) : null;
    if (job?.success !== true || job.data.state !== 'failed' || told.has(job.data.id)) return;
    // A guard tells of its own work, in notices.
    if (job.data.actor === 'guard') return;
    told.add(job.data.id);
    options.show(`Failed: ${job.data.subject}`, job.data.error?.message ?? 'The job list has the reason.');
  };
}

export function showNotification(
  title: string,
  body: string,
  onClick: () => void,
  urgency: 'normal' | 'critical' = 'normal',
): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body, urgency });
  notification.on('click', onClick);
  notification.show();
}

const showPatienceMs = 2_000;

/** Resolves once the desktop has it: a process that ends before takes its notification along. */
export function showAndWait(title: string, body: string, urgency: 'normal' | 'critical'): Promise<void> {
  if (!Notification.isSupported()) return Promise.resolve();
  return new Promise((resolve) => {
    const notification = new Notification({ title, body, urgency });
    notification.on('show', () => resolve());
    notification.on('failed', () => resolve());
    setTimeout(resolve, showPatienceMs);
    notification.show();
  });
}
