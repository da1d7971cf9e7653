import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { Clock } from '../ports.ts';
import { stampOf } from './stamp.ts';
import { rebuildIndex, type RebuildDeps } from './rebuild.ts';

type HistoryMethods =
  | 'history.search'
  | 'history.rebuild'
  | 'decisions.record'
  | 'decisions.list'
  | 'decisions.undo'
  | 'decisions.verify';

const defaultHits = 100;

export function historyHandlers(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly rebuildDeps: RebuildDeps;
}): Pick<Handlers, HistoryMethods> {
  const { database } = deps;

  return {
    'history.search': async ({ text, kinds, runId, stageKey, levels, limit }) =>
      database.read('history.search', {
        text,
        limit: limit ?? defaultHits,
        ...(kinds === undefined ? {} : { kinds }),
        ...(runId === undefined ? {} : { runId }),
        ...(stageKey === undefined ? {} : { stageKey }),
        ...(levels === undefined ? {} : { levels }),
      }),
    'history.rebuild': {
      subject: () => 'index.db',
      lane: 'import',
      isRestartable: true,
      run: async (_input, context) => rebuildIndex(deps.rebuildDeps, context),
    },
    'decisions.record': async (input, caller) => {
      const decision = await database.write('decisions.record', { ...(await stampOf(deps, caller)), ...input });
      deps.emit({ name: 'decisions.changed', payload: {} });
      return decision;
    },
    'decisions.list': async ({ runId, clipId }) => ({
      items: await database.read('decisions.list', {
        ...(runId === undefined ? {} : { runId }),
        ...(clipId === undefined ? {} : { clipId }),
      }),
    }),
    'decisions.undo': async (input, caller) => {
      const undone = await database.write('decisions.undo', {
        ...(await stampOf(deps, caller)),
        eventId: input.eventId,
      });
      deps.emit({ name: 'decisions.changed', payload: {} });
      return undone;
    },
    'decisions.verify': async () => database.read('decisions.verify', undefined as never),
  };
}
