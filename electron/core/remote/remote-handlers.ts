import type { Handlers } from '../dispatcher.ts';
import { machineOf, type MachineInput } from '../snapshots/machine-of.ts';
import { audit } from './audit.ts';
import { prepare } from './prepare.ts';
import type { RemoteDeps } from './remote-deps.ts';

type RemoteMethods = 'remote.prepare' | 'remote.audit';

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
  };
}
