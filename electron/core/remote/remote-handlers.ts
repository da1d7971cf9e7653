import type { Handlers } from '../dispatcher.ts';
import { machineOf, type MachineInput } from '../snapshots/machine-of.ts';
import { audit } from './audit.ts';
import { followRun } from './follow-run.ts';
import { launchRun } from './launch-run.ts';
import { runPreflight } from './preflight.ts';
import { prepare } from './prepare.ts';
import type { RemoteDeps } from './remote-deps.ts';

type RemoteMethods =
  | 'remote.prepare'
  | 'remote.audit'
  | 'remote.preflight'
  | 'remote.launch'
  | 'remote.launches'
  | 'remote.follow';

// Steps that must not overlap are refused by the machine: waiting in a queue would hide it.
const ownLane = (input: MachineInput): string => `remote ${machineOf(input).instanceId} ${Math.random()}`;

export function remoteHandlers(deps: RemoteDeps): Pick<Handlers, RemoteMethods> {
  return {
    'remote.prepare': {
      subject: (input) => `prepare ${machineOf(input).instanceId}`,
      lane: ownLane,
      // The same job finds its step again, and starts no second one.
      isRestartable: true,
      run: (input, context) => prepare(deps, input, context),
    },
    'remote.audit': {
      subject: (input) => `audit ${machineOf(input).instanceId}`,
      lane: ownLane,
      isRestartable: true,
      run: (input, context) => audit(deps, input, context),
    },
    'remote.preflight': {
      subject: (input) => `preflight ${machineOf(input).instanceId}`,
      lane: ownLane,
      isRestartable: true,
      run: (input, context) => runPreflight(deps, input, context),
    },
    'remote.launch': {
      subject: (input) => `run on ${machineOf(input).instanceId}`,
      lane: ownLane,
      isRestartable: true,
      run: (input, context) => launchRun(deps, input, context),
    },
    'remote.launches': async ({ instanceId, limit }) => ({
      items: await deps.database.read('remoteLaunch.list', { instanceId: instanceId ?? null, limit }),
    }),
    'remote.follow': (input) => followRun(deps, input),
  };
}
