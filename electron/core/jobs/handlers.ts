import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Jobs } from './service.ts';

export function jobHandlers(deps: {
  readonly database: Database;
  readonly jobs: Jobs;
}): Pick<Handlers, 'jobs.list' | 'jobs.get' | 'jobs.cancel'> {
  return {
    'jobs.list': async ({ states, kinds, offset, limit }) => {
      const list = await deps.database.read('jobs.list', {
        offset: offset ?? 0,
        limit: limit ?? 100,
        ...(states === undefined ? {} : { states }),
        ...(kinds === undefined ? {} : { kinds }),
      });
      return { ...list, items: deps.jobs.freshen(list.items), activeCount: deps.jobs.activeCount() };
    },
    'jobs.get': async ({ id }) => deps.jobs.get(id),
    'jobs.cancel': async ({ id }) => deps.jobs.cancel(id),
  };
}
