import { z } from 'zod';
import type { MethodOutput } from '#shared/contract/index.ts';
import { hubAnswerSchema, hubRemedy, type HubAnswer } from '#shared/model/hub.ts';
import type { GatedFile, MachineChecks } from '#shared/model/machine-checks.ts';
import type { Handlers } from '../dispatcher.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import type { MachineShell } from '../ssh/machine-shell.ts';
import type { Hub } from './hub.ts';
import { askProgram } from './machine-program.ts';

export type HubDeps = {
  readonly hub: Hub;
  readonly secrets: SecretStore;
  readonly shell: MachineShell;
  readonly remoteFolder: string;
  readonly checks: () => MachineChecks;
};

const machineTimeoutMs = 300_000;

const machineAnswerSchema = z.object({
  v: z.literal(1),
  address: z.string(),
  hasToken: z.boolean(),
  items: z.array(hubAnswerSchema.omit({ stages: true })),
});

/** The files that a run needs; those of the guardrails and of the policies only when it does. */
const filesFor = (
  checks: MachineChecks,
  needs: { readonly guardrails: boolean; readonly dual: boolean },
): readonly GatedFile[] => checks.gatedFiles.filter((it) => it.only === undefined || needs[it.only]);

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
        const { address, hasToken, items } = await askProgram(deps, target, {
          program: 'hub-check.py',
          schema: machineAnswerSchema,
          input: { checkout: input.checkout, files },
          what: 'gated files',
          timeoutMs: machineTimeoutMs,
          signal: context.signal,
        });
        return told(
          address,
          hasToken,
          items.map((it, index) => ({ ...it, stages: [...(files[index]?.stages ?? [])] })),
        );
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
