import { RoomError } from '#shared/errors.ts';
import type { AgentReport } from '#shared/model/schedule.ts';
import { cronLine, launchAgentFile, type AgentCall } from '#shared/rules/agent-file.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import { agentCallOf, type AgentCallDeps } from './agent-call.ts';
import { findAgentProblems, type AgentProblemDeps } from './agent-problems.ts';
import { readCrontabState } from './crontab.ts';
import { agentFileOf, installAgent, readAgent, removeAgent, type Launchd } from './launchd.ts';

export type AgentDeps = AgentCallDeps &
  AgentProblemDeps & {
    readonly ports: Ports;
    readonly emit: EmitEvent;
    readonly run: RunTool;
    readonly platform: NodeJS.Platform;
    readonly uid: number;
  };

type AgentMethods = 'schedule.agent' | 'schedule.installAgent' | 'schedule.removeAgent';

/** What copies machines while the room is closed: shown, put in, taken out. */
export function agentHandlers(deps: AgentDeps): Pick<Handlers, AgentMethods> {
  const launchd: Launchd | null =
    deps.platform === 'darwin' ? { run: deps.run, homeFolder: deps.ports.homeFolder, uid: deps.uid } : null;

  async function callNow(): Promise<{ call: AgentCall; report: Omit<AgentReport, 'state' | 'because'> }> {
    const all = await deps.database.read('schedule.all', undefined as never);
    const schedules = all.filter(({ settings }) => settings.isOn);
    const { call, machines } = await agentCallOf(schedules, deps);
    return {
      call,
      report: {
        manager: launchd === null ? 'cron' : 'launchd',
        file: launchd === null ? null : agentFileOf(call, launchd),
        text: launchd === null ? cronLine(call) : launchAgentFile(call),
        canInstall: launchd !== null,
        intervalMinutes: call.intervalMinutes,
        machines: [...machines],
        problems: await findAgentProblems(call, schedules, deps),
        logFile: call.logFile,
      },
    };
  }

  async function look(): Promise<AgentReport> {
    const { call, report } = await callNow();
    const found = launchd === null ? await readCrontabState(call, deps.run) : await readAgent(call, launchd);
    return { ...report, ...found };
  }

  async function change(
    work: (call: AgentCall, launchd: Launchd) => Promise<void>,
    onCron: (line: string) => RoomError,
    wanted: AgentReport['state'],
  ): Promise<AgentReport> {
    const { call } = await callNow();
    if (launchd === null) throw onCron(cronLine(call));
    await work(call, launchd);
    deps.emit({ name: 'schedule.changed', payload: {} });
    const after = await look();
    if (after.state === wanted) return after;
    throw new RoomError('could_not_tell', `launchd was asked, and it does not show: ${after.because}`);
  }

  return {
    'schedule.agent': look,
    'schedule.installAgent': async () => {
      const { report } = await callNow();
      const [first] = deps.workspace.isDemo ? report.problems : [];
      if (first !== undefined) throw new RoomError('not_supported_here', first.words, { hint: first.fix });
      return change(
        installAgent,
        (line) =>
          new RoomError('not_supported_here', 'A crontab is never changed by the room. Nothing was changed.', {
            hint: `Type crontab -e and put in this line: ${line}`,
          }),
        'installed',
      );
    },
    'schedule.removeAgent': () =>
      change(
        removeAgent,
        () =>
          new RoomError('not_supported_here', 'A crontab is never changed by the room. Nothing was changed.', {
            hint: 'Type crontab -e and take the line with sync.once out.',
          }),
        'absent',
      ),
  };
}
