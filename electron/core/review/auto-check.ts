import { toErrorPayload } from '#shared/errors.ts';
import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Events } from '../events.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Log } from '../ports.ts';
import type { ToolFinder } from '../tools/find-tool.ts';

export type AutoCheck = {
  /** Looks no more; a check that already runs is a job like any other. */
  stop(): void;
};

/**
 * Checks new clips by itself, as a job of the schedule: at the start, and whenever runs or settings changed. A clip whose
 * depth files were checked as they are is not new, so nothing is checked twice; without ffmpeg nothing is started.
 */
export function startAutoCheck(deps: {
  readonly database: Database;
  readonly dispatcher: Dispatcher;
  readonly events: Events;
  readonly jobs: Pick<Jobs, 'waitFor'>;
  readonly tools: () => Pick<ToolFinder, 'find'>;
  readonly log: Log;
}): AutoCheck {
  let isStopped = false;
  let isWanted = false;
  let isLooking = false;

  async function look(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      const ffmpeg = await deps.tools().find('ffmpeg');
      if (isStopped || !ffmpeg.found) return;
      const subjects = await deps.database.read('orientation.newSubjects', undefined as never);
      if (isStopped || subjects.length === 0) return;
      const started = await deps.dispatcher.dispatch(
        'orientation.check',
        { everything: 'new' },
        { actor: 'schedule', name: 'the room' },
      );
      // What comes in meanwhile is looked at when this is over, not by a second job behind it.
      if (started.ok) await deps.jobs.waitFor((started.value as { jobId: string }).jobId);
    }
  }

  function ask(): void {
    isWanted = true;
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => {
        if (!isStopped) deps.log({ level: 'warn', area: 'review', message: toErrorPayload(error).message });
      })
      .finally(() => {
        isLooking = false;
      });
  }

  const unsubscribe = deps.events.subscribe((event) => {
    if (event.name === 'runs.changed' || event.name === 'settings.changed') ask();
  });
  ask();
  return {
    stop() {
      isStopped = true;
      unsubscribe();
    },
  };
}
