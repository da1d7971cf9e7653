import type { Database } from '../db/database.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Jobs } from '../jobs/service.ts';

/** A step outlives the room that began it: whoever opens the workspace next follows it to its end. */
export async function attachOpenSteps({
  database,
  jobs,
  dispatcher,
}: {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly dispatcher: Dispatcher;
}): Promise<void> {
  for (const { step } of await database.read('steps.open', undefined as never)) {
    const isFollowed = step.jobId !== null && (await jobs.get(step.jobId)).finishedAt === null;
    if (!isFollowed)
      await dispatcher.dispatch('steps.attach', { id: step.id }, { actor: 'schedule', name: 'the room' });
  }
}
