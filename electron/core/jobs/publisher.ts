import type { Job } from '#shared/model/job.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';

const saveIntervalMs = 500;
const eventIntervalMs = 120;

/** Progress may come thousands of times a second; rows and events go out at a pace a person can follow. */
export function createPublisher(
  current: () => Job,
  deps: { readonly database: Database; readonly emit: EmitEvent },
): { readonly changed: () => void; readonly stop: () => void } {
  let savedAt = 0;
  let emittedAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const publish = (): void => {
    timer = null;
    if (stopped) return;
    const now = Date.now();
    emittedAt = now;
    if (now - savedAt >= saveIntervalMs) {
      savedAt = now;
      deps.database.write('jobs.save', current()).catch(() => undefined);
    }
    deps.emit({ name: 'jobs.changed', payload: { jobId: current().id } });
  };
  return {
    changed: (): void => {
      if (timer !== null || stopped) return;
      timer = setTimeout(publish, Math.max(0, eventIntervalMs - (Date.now() - emittedAt)));
      timer.unref();
    },
    stop: (): void => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
