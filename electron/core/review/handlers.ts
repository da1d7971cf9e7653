import { RoomError } from '#shared/errors.ts';
import type { OrientationCounts, OrientationItem } from '#shared/model/orientation.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import { stampOf } from '../history/stamp.ts';
import type { Clock } from '../ports.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { CheckDeps } from './check-deps.ts';
import { checkOrientation } from './check-orientation.ts';
import { listTriage } from './list-triage.ts';
import { readLabels } from './read-labels.ts';

type ReviewMethods =
  | 'orientation.check'
  | 'orientation.list'
  | 'orientation.get'
  | 'orientation.override'
  | 'gate.evaluate'
  | 'triage.list';

export function reviewHandlers(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly tasks: TaskPool;
  readonly checkDeps: CheckDeps;
}): Pick<Handlers, ReviewMethods> {
  const { database } = deps;

  return {
    'orientation.check': {
      subject: (input) =>
        'runId' in input ? `run ${input.runId}` : 'clipId' in input ? `clip ${input.clipId}` : 'new clips',
      lane: 'orientation',
      isRestartable: true,
      run: async (input, context) => checkOrientation(deps.checkDeps, input, context),
    },
    'orientation.list': async ({ runId }) => {
      if ((await database.read('orientation.subjects', { runId })) === null)
        throw new RoomError('not_found', `There is no run ${runId} in this workspace.`, {
          hint: '`runs.list` shows what there is.',
        });
      const items = await database.read('orientation.list', { runId });
      return { items, counts: countOf(items) };
    },
    'triage.list': async (input) => listTriage(input, database),
    'orientation.get': async (input) => database.read('orientation.get', input),
    'orientation.override': async (input, caller) => {
      const item = await database.write('orientation.override', {
        ...input,
        ...(await stampOf(deps, caller)),
      });
      deps.emit({ name: 'orientation.changed', payload: { runIds: [item.runId] } });
      return item;
    },
    'gate.evaluate': async ({ labels: source }) => {
      const { labels, labelsHash, isSealed } = await readLabels(source);
      const evaluation = await deps.tasks.call('gate.evaluate', { labels });
      return { ...evaluation, studyId: labels.studyId, labelsHash, isSealed };
    },
  };
}

/** By what stands: a person's word counts where there is one. */
function countOf(items: readonly OrientationItem[]): OrientationCounts {
  const counts: OrientationCounts = {
    aligned: 0,
    misaligned: 0,
    inconclusive: 0,
    not_the_same_clip: 0,
    time_shift: 0,
    not_checked: 0,
  };
  for (const { standing } of items) counts[standing ?? 'not_checked'] += 1;
  return counts;
}
