import { basename } from 'node:path';
import type { Handlers } from '../dispatcher.ts';
import { checkMirror } from './check.ts';
import type { MirrorDeps } from './context.ts';
import { pruneMirror } from './prune.ts';
import { pullMirror } from './pull.ts';
import { pushSnapshot } from './push.ts';
import { repairMirror } from './repair.ts';

type MirrorMethods = 'mirror.push' | 'mirror.check' | 'mirror.repair' | 'mirror.pull' | 'mirror.list' | 'mirror.prune';

type Which = { readonly snapshotId?: string | undefined; readonly path?: string | undefined };
const nameOf = (which: Which): string => `snapshot ${which.snapshotId ?? basename(which.path ?? '')}`;
const machine = ({ instanceId }: { readonly instanceId: string }): string => `mirror of ${instanceId}`;

/** One lane for all: they share the network, and a listing during an upload would say half of it. */
const lane = 'mirror';

export function mirrorHandlers(deps: MirrorDeps): Pick<Handlers, MirrorMethods> {
  const { database } = deps;
  return {
    // What is there already is not sent again: started anew, each ends in the same state.
    'mirror.push': {
      subject: nameOf,
      lane,
      isRestartable: true,
      run: async (input, context) => pushSnapshot(input, context, deps),
    },
    'mirror.check': {
      subject: machine,
      lane,
      isRestartable: true,
      run: async (input, context) => checkMirror(input, context, deps),
    },
    'mirror.repair': {
      subject: nameOf,
      lane,
      isRestartable: true,
      run: async (input, context) => repairMirror(input, context, deps),
    },
    'mirror.pull': {
      subject: ({ instanceId, tag }) => `${instanceId} ${tag} from the bucket`,
      lane,
      isRestartable: true,
      run: async (input, context) => pullMirror(input, context, deps),
    },
    'mirror.prune': {
      subject: ({ instanceId, tags }) => `${tags.length} snapshots of ${instanceId} in the bucket`,
      lane,
      isRestartable: false,
      run: async (input, context) => pruneMirror(input, context, deps),
    },
    'mirror.list': async ({ instanceId }) => ({
      items: await database.read('mirror.snapshots', { instanceId: instanceId ?? null, remoteId: null }),
      listings: await database.read('mirror.listings', { instanceId: instanceId ?? null }),
    }),
  };
}
