import { toErrorPayload } from '#shared/errors.ts';
import type { AgentReport } from '#shared/model/schedule.ts';
import { cronLine, type AgentCall } from '#shared/rules/agent-file.ts';
import { isExecutableFile } from '../tools/executable.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';

const crontab = '/usr/bin/crontab';
const timeoutMs = 5_000;

/** Whether the line of this workspace stands in the account's crontab. It is only ever read. */
export async function readCrontabState(call: AgentCall, run: RunTool): Promise<Pick<AgentReport, 'state' | 'because'>> {
  if (!(await isExecutableFile(crontab)))
    return { state: 'absent', because: `There is no cron on this computer (${crontab}).` };
  try {
    const { exitCode, stdout, stderrTail } = await run({
      path: crontab,
      args: ['-l'],
      timeoutMs,
      okExitCodes: [0, 1],
    });
    if (exitCode === 1 && !/no crontab/i.test(stderrTail))
      return { state: 'could_not_tell', because: `crontab -l: ${stderrTail.trim().slice(0, 200)}` };
    const lines = stdout.toString('utf8').split('\n');
    if (lines.includes(cronLine(call))) return { state: 'installed', because: 'Its line stands in the crontab.' };
    const workspace = call.words.at(-1) ?? '';
    const isOther = lines.some(
      (line) => !line.trimStart().startsWith('#') && line.includes('sync.once') && line.includes(workspace),
    );
    return isOther
      ? { state: 'differs', because: 'The crontab has another line for this workspace: put this one in its place.' }
      : { state: 'absent', because: 'Nothing copies machines while the room is closed.' };
  } catch (thrown) {
    return { state: 'could_not_tell', because: `crontab -l: ${toErrorPayload(thrown).message.slice(0, 200)}` };
  }
}
