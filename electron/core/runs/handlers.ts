import { RoomError } from '#shared/errors.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Database } from '../db/database.ts';
import { importFolder } from './import.ts';
import type { ImportDeps } from './import-deps.ts';
import { newestPairs, pairsOfClip, pairsOfRun } from './pair-suggestions.ts';
import type { ConvertClip } from '../media/convert-clip.ts';

type RunMethods =
  | 'runs.import'
  | 'runs.list'
  | 'runs.get'
  | 'runs.files'
  | 'clips.list'
  | 'clips.get'
  | 'clips.suggestPairs'
  | 'clips.convert'
  | 'logs.read';

const defaultLimit = 500;

export function runHandlers(deps: {
  readonly database: Database;
  readonly importDeps: ImportDeps;
  readonly convertClip: ConvertClip;
}): Pick<Handlers, RunMethods> {
  const { database } = deps;

  async function clip(id: string) {
    const found = await database.read('clips.get', { id });
    if (found === null)
      throw new RoomError('not_found', `There is no clip ${id} in this workspace.`, {
        hint: 'The address may belong to another workspace.',
      });
    return found;
  }

  return {
    'runs.import': {
      subject: (input) => input.path,
      lane: 'import',
      isRestartable: true,
      run: async (input, context) =>
        importFolder(deps.importDeps, await deps.importDeps.tasks.call('paths.resolve', { path: input.path }), context),
    },
    'runs.list': async (input) =>
      database.read('runs.list', {
        ...withoutUndefined(input),
        sort: input.sort ?? 'startedAt',
        descending: input.descending ?? true,
        offset: input.offset ?? 0,
        limit: input.limit ?? defaultLimit,
      }),
    'runs.get': async (input) => {
      const run = await database.read('runs.get', input);
      if (run === null)
        throw new RoomError('not_found', `There is no run ${input.id} in this workspace.`, {
          hint: '`runs.list` shows what there is.',
        });
      return run;
    },
    'runs.files': async (input) => {
      const files = await database.read('runs.files', { runId: input.id });
      if (files === null) throw new RoomError('not_found', `There is no run ${input.id} in this workspace.`);
      return { root: files.root, isPresent: files.isPresent, items: [...files.items] };
    },
    'clips.list': async (input) =>
      database.read('clips.list', {
        ...withoutUndefined(input),
        offset: input.offset ?? 0,
        limit: input.limit ?? defaultLimit,
      }),
    'clips.get': async (input) => clip(input.id),
    'clips.suggestPairs': async ({ clipId, runId }) => {
      if (clipId !== undefined) return { items: await pairsOfClip(database, await clip(clipId)) };
      return { items: runId === undefined ? await newestPairs(database) : await pairsOfRun(database, runId) };
    },
    'clips.convert': {
      subject: (input) => `clip ${input.id}`,
      lane: 'convert',
      isRestartable: true,
      run: async (input, context) => deps.convertClip(await clip(input.id), context),
    },
    'logs.read': async (input) =>
      database.read('logs.read', {
        ...withoutUndefined(input),
        offset: input.offset ?? 0,
        limit: input.limit ?? defaultLimit,
      }),
  };
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Optional fields that were given as undefined are the same as fields that were not given. */
function withoutUndefined<T extends object>(input: T): Defined<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Defined<T>;
}
