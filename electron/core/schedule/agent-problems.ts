import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentReport } from '#shared/model/schedule.ts';
import type { AgentCall } from '#shared/rules/agent-file.ts';
import type { Ports } from '../ports.ts';
import { isExecutableFile } from '../tools/executable.ts';
import { createToolFinder } from '../tools/find-tool.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Schedule } from './store.ts';

export type AgentProblemDeps = {
  readonly ports: Pick<Ports, 'homeFolder' | 'secrets' | 'environment'>;
  readonly workspace: Workspace;
  readonly settings: () => { readonly rclonePath: string | null; readonly sshKeyFile: string | null };
};

/** What would fail in a process that a scheduler starts, although it works in this one. */
export async function findAgentProblems(
  call: AgentCall,
  schedules: readonly Schedule[],
  deps: AgentProblemDeps,
): Promise<AgentReport['problems']> {
  const { ports, workspace } = deps;
  const problems: AgentReport['problems'] = [];
  const add = (words: string, fix: string): void => void problems.push({ words, fix });
  const [program = ''] = call.words;
  if (workspace.isDemo) add('The machines of the demo are simulated: there is nothing to copy.', 'Open a workspace.');
  if (schedules.length === 0)
    add('No machine is copied by itself: each call would end as a failure.', 'Switch a machine on first.');
  if (!(await isExecutableFile(program))) add(`${program} can not be run.`, 'Install the room again.');
  // macOS runs an app that was not moved from a folder that is gone at the next start.
  if (program.includes('/AppTranslocation/'))
    add('The app runs from a passing place of the system.', 'Move it to Applications, open it again, then install.');
  if (schedules.some(({ settings }) => settings.mirror)) {
    const rclone = await findInside(call, deps);
    if (!rclone.found) add(`rclone is not found there: ${rclone.why}`, rclone.fix);
  }
  const kind = ports.secrets.kind();
  if (kind === 'environment' || kind === 'memory')
    add(
      'The keys of this room are in its environment or in memory: a process of the system has neither.',
      'Start the room with ROOM_SECRETS_FILE=<a file that you alone can read>, set the keys there, then look again.',
    );
  if (!(await hasKeyFile(deps)))
    add(
      'No key file for machines is set or found in ~/.ssh: an SSH agent is not there for a process of the system.',
      'Set a key file in Settings.',
    );
  return problems;
}

/** As that process would look: with its PATH, and without a login shell to ask. */
function findInside(call: AgentCall, { ports, settings }: AgentProblemDeps) {
  return createToolFinder({
    settingsPathOf: (name) => (name === 'rclone' ? settings().rclonePath : null),
    homeDir: ports.homeFolder,
    platform: process.platform,
    processArchitecture: process.arch,
    shellPath: null,
    inheritedEnv: call.variables,
    knownFolders: (call.variables['PATH'] ?? '').split(':'),
  }).find('rclone');
}

async function hasKeyFile({ ports, settings }: AgentProblemDeps): Promise<boolean> {
  if (settings().sshKeyFile !== null || (await ports.secrets.has('ssh_private_key'))) return true;
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].some((name) => existsSync(join(ports.homeFolder, '.ssh', name)));
}
