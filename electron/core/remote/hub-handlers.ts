import type { MethodOutput } from '#shared/contract/index.ts';
import { hubRemedy, type HubAnswer } from '#shared/model/hub.ts';
import type { MachineChecks } from '#shared/model/machine-checks.ts';
import type { Handlers } from '../dispatcher.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import type { MachineShell } from '../ssh/machine-shell.ts';
import type { Hub } from './hub.ts';
import { checkFromMachine, filesFor } from './hub-machine.ts';

export type HubDeps = {
  readonly hub: Hub;
  readonly secrets: SecretStore;
  readonly shell: MachineShell;
  readonly remoteFolder: string;
  readonly checks: () => MachineChecks;
};

export function hubHandlers(deps: HubDeps): Pick<Handlers, 'hub.check' | 'hub.checkMachine'> {
  return {
    'hub.check': {
      subject: () => 'gated files, from this computer',
      lane: 'hub',
      isRestartable: true,
      run: async (needs, context) => {
        const token = await deps.secrets.get('HF_TOKEN');
        const files = filesFor(deps.checks(), needs);
        const items = await Promise.all(files.map((file) => deps.hub.check(file, token, context.signal)));
        return told(deps.hub.address, token !== null, items);
      },
    },
    'hub.checkMachine': {
      subject: (input) => `gated files, from ${machineOf(input).instanceId}`,
      lane: (input) => `hub ${machineOf(input).instanceId}`,
      isRestartable: true,
      run: async (input, context) => {
        const { target } = machineOf(input);
        const files = filesFor(deps.checks(), input);
        const { checkout } = input;
        const found = await checkFromMachine(deps, target, { checkout, files, signal: context.signal });
        return told(found.address, found.hasToken, found.items);
      },
    },
  };
}

function told(address: string, hasToken: boolean, items: readonly HubAnswer[]): MethodOutput<'hub.check'> {
  const bad = items.filter((it) => it.state !== 'accessible');
  return {
    address,
    hasToken,
    isGood: bad.length === 0,
    words:
      bad.length === 0
        ? `A byte of each of ${items.length} files was read.`
        : `${bad.length} of ${items.length} files: ${bad.map((it) => `${it.repository}/${it.file}: ${it.because}`).join(' ')}`,
    items: items.map((it) => ({ ...it, remedy: hubRemedy(it) })),
  };
}
