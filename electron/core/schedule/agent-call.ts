import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { AgentReport } from '#shared/model/schedule.ts';
import { agentVariableNames, unfitForAgent, type AgentCall } from '#shared/rules/agent-file.ts';
import type { Database } from '../db/database.ts';
import type { Ports } from '../ports.ts';
import { knownToolFolders } from '../tools/tool-environment.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Schedule } from './store.ts';

export type AgentCallDeps = {
  readonly database: Database;
  readonly ports: Pick<Ports, 'program' | 'homeFolder' | 'environment'>;
  readonly workspace: Workspace;
};

/** How often it is called before any machine has an interval. */
const usualMinutes = 2;

/** The call that a scheduler of the system makes for this workspace, by what is copied now. */
export async function agentCallOf(
  schedules: readonly Schedule[],
  { database, ports, workspace }: AgentCallDeps,
): Promise<{ readonly call: AgentCall; readonly machines: AgentReport['machines'] }> {
  const machines = await Promise.all(
    schedules.map(async ({ instanceId }) => {
      const entry = await database.read('instances.entry', { id: instanceId });
      const [endpoint] = entry?.instance.sshEndpoints ?? [];
      return {
        instanceId,
        name: entry?.instance.label ?? instanceId,
        address: endpoint === undefined ? null : `${endpoint.host}:${endpoint.port}`,
      };
    }),
  );
  const { environment } = ports;
  const passed = agentVariableNames.flatMap((name) => {
    const value = environment[name]?.trim() ?? '';
    return value === '' ? [] : [[name, checkValue(name, value)] as const];
  });
  const call: AgentCall = {
    label: `com.blueprint.controlroom.sync.${workspace.id.replaceAll(/[^A-Za-z0-9-]/g, '-')}`,
    words: [...ports.program, 'sync.once', '{}', '--workspace', workspace.path],
    variables: { PATH: knownToolFolders(ports.homeFolder).join(':'), ...Object.fromEntries(passed) },
    intervalMinutes: Math.min(...schedules.map(({ settings }) => settings.intervalMinutes), 60),
    // A folder that is there: a shell that can not open its log runs nothing at all.
    logFile: join(workspace.path, 'sync.log'),
    comments: [
      `Copies what is due in ${workspace.path}, every call by itself.`,
      ...machines.map(({ instanceId, address }) => `Machine ${instanceId}, last reached at ${address ?? 'no address'}`),
    ],
  };
  const unfit = unfitForAgent(call);
  if (unfit !== null)
    throw new RoomError('invalid_input', `Nothing can run this room by itself: ${unfit}`, {
      hint: 'Move the workspace to a folder with a plain name.',
    });
  return { call: schedules.length === 0 ? { ...call, intervalMinutes: usualMinutes } : call, machines };
}

/** An address with a name and a password in it is a key. */
function checkValue(name: string, value: string): string {
  if (/\/\/[^/]*@/.test(value))
    throw new RoomError('invalid_input', `${name} has a name or password in it: it is not written into a file.`);
  return value;
}
