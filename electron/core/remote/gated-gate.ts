import type { GatedFile, MachineChecks } from '#shared/model/machine-checks.ts';
import { hubRemedy } from '#shared/model/hub.ts';
import type { LaunchGate } from '../launch/gates.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Hub } from './hub.ts';

/**
 * Before a machine is rented: one byte of every file of the repositories that its preset names, with the token
 * that the machine would get (incidents 7 and 8).
 */
export function gatedRepositoriesGate(deps: {
  /** Null where nothing outside may be asked, as in the demo. */
  readonly hub: Hub | null;
  readonly secrets: SecretStore;
  readonly checks: () => MachineChecks;
}): LaunchGate {
  return async ({ plan }) => {
    const gate = { id: 'gated_repositories', title: 'Gated repositories can be read', canOverride: true };
    const names = plan.gatedRepositories;
    if (names.length === 0)
      return { ...gate, state: 'passed', evidence: 'The preset names none.', because: 'Nothing has to be accepted.' };
    const token = await deps.secrets.get('HF_TOKEN').catch(() => null);
    if (deps.hub === null || token === null)
      return {
        ...gate,
        state: 'not_checked',
        evidence: names.join(', '),
        because:
          deps.hub === null
            ? 'The demo asks nobody outside.'
            : 'Without HF_TOKEN nobody can ask. A licence that is not accepted ends stage 2 after the renders were paid for.',
      };
    const { hub } = deps;
    const known = deps.checks().gatedFiles;
    const files = names.flatMap((name): readonly GatedFile[] => {
      const own = known.filter((it) => it.repository === name);
      return own.length > 0
        ? own
        : [{ repository: name, file: 'config.json', revision: 'main', match: anyWeights, stages: [] }];
    });
    const answers = await Promise.all(files.map((file) => hub.check(file, token)));
    const bad = answers.filter((it) => it.state !== 'accessible');
    if (bad.length === 0)
      return {
        ...gate,
        state: 'passed',
        evidence: `A byte of each of ${answers.length} files of ${names.length} repositories was read.`,
        because: 'The token may read all that stage 2 to 4 download.',
      };
    const refused = bad.filter((it) => it.state !== 'could_not_tell');
    return {
      ...gate,
      state: refused.length > 0 ? 'failed' : 'not_checked',
      evidence: bad.map((it) => `${it.repository}/${it.file}: ${it.because}`).join(' '),
      because: hubRemedy(refused[0] ?? bad[0]!) ?? '',
    };
  };
}

const anyWeights = String.raw`\.(?:safetensors|pth?|bin)$`;
