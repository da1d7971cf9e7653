import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { AgentReport } from '#shared/model/schedule.ts';
import { launchAgentFile, type AgentCall } from '#shared/rules/agent-file.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import { writeAtomically } from '../workspace/workspace.ts';

/** Part of the system: it is never looked for along a PATH. */
const launchctl = '/bin/launchctl';
const timeoutMs = 15_000;
/** What `launchctl` answers about an agent that it does not know (ESRCH; 113 is "could not find service"). */
const unknownCodes = [3, 113];

export type Launchd = { readonly run: RunTool; readonly homeFolder: string; readonly uid: number };

export const agentFileOf = (call: AgentCall, { homeFolder }: Pick<Launchd, 'homeFolder'>): string =>
  join(homeFolder, 'Library', 'LaunchAgents', `${call.label}.plist`);

const withoutComments = (text: string): string => text.replaceAll(/<!--[\s\S]*?-->\n?/g, '');

/** Whether the agent is there, read back from its file and from launchd. */
export async function readAgent(call: AgentCall, deps: Launchd): Promise<Pick<AgentReport, 'state' | 'because'>> {
  const file = agentFileOf(call, deps);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : null;
  let isLoaded: boolean;
  try {
    const { exitCode } = await deps.run({
      path: launchctl,
      args: ['print', `gui/${deps.uid}/${call.label}`],
      timeoutMs,
      okExitCodes: [0, ...unknownCodes],
    });
    isLoaded = exitCode === 0;
  } catch (thrown) {
    return { state: 'could_not_tell', because: `launchd did not answer: ${toErrorPayload(thrown).message}` };
  }
  if (text === null)
    return isLoaded
      ? { state: 'differs', because: 'launchd runs it, and its file is gone: it ends with the next login.' }
      : { state: 'absent', because: 'Nothing copies machines while the room is closed.' };
  if (withoutComments(text) !== withoutComments(launchAgentFile(call)))
    return { state: 'differs', because: 'Its file is another one than it should be now: install it again.' };
  return isLoaded
    ? { state: 'installed', because: 'Its file is as it should be, and launchd has loaded it.' }
    : { state: 'differs', because: 'Its file is there, and launchd has not loaded it: install it again.' };
}

/** Writes the file and has launchd load it; a load that fails leaves no file that would start at the next login. */
export async function installAgent(call: AgentCall, deps: Launchd): Promise<void> {
  const file = agentFileOf(call, deps);
  mkdirSync(dirname(file), { recursive: true });
  await unload(call, deps);
  writeAtomically(file, launchAgentFile(call));
  try {
    await deps.run({ path: launchctl, args: ['bootstrap', `gui/${deps.uid}`, file], timeoutMs });
  } catch (thrown) {
    rmSync(file, { force: true });
    throw new RoomError('tool_failed', `launchd did not take the agent: ${toErrorPayload(thrown).message}`, {
      hint: 'Nothing copies machines while the room is closed. It needs a desktop session of this account.',
    });
  }
}

/** Has launchd forget it and removes its file. */
export async function removeAgent(call: AgentCall, deps: Launchd): Promise<void> {
  await unload(call, deps);
  rmSync(agentFileOf(call, deps), { force: true });
}

async function unload(call: AgentCall, deps: Launchd): Promise<void> {
  await deps.run({
    path: launchctl,
    args: ['bootout', `gui/${deps.uid}/${call.label}`],
    timeoutMs,
    okExitCodes: [0, ...unknownCodes],
  });
}
