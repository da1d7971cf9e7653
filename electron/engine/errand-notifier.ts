import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Notifier } from '#core/ports.ts';

const patienceMs = 3_000;
/** Its words come as arguments: what a remote said never becomes a part of a script. */
const notifyScript = `on run argv
display notification (item 2 of argv) with title (item 1 of argv)
end run`;

/** The program of this desktop that shows a notification, with its words as arguments; null where there is none. */
function programFor(
  title: string,
  body: string,
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['/usr/bin/osascript', '-e', notifyScript, title, body];
  // Without a session there is nobody to show it to: cron has none.
  if (environment['DBUS_SESSION_BUS_ADDRESS'] === undefined) return null;
  return ['/usr/bin/notify-send', '--urgency=critical', '--', title, body];
}

/** For a call from a shell or from cron: its words on stderr, and a notification where the desktop shows one. */
export function createErrandNotifier(deps: {
  readonly printError: (text: string) => void;
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
}): Notifier {
  return ({ title, body }) => {
    deps.printError(`${title}: ${body}`);
    const program = programFor(title, body, deps.platform, deps.environment);
    if (program === null || !existsSync(program[0])) return false;
    const [file, ...args] = program;
    return spawnSync(file, args, { timeout: patienceMs, stdio: 'ignore' }).status === 0;
  };
}
