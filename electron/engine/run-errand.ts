import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { runCommandLine } from '#core/command-line/run.ts';
import type { StartMessage } from '#shared/contract/engine-wire.ts';
import { desktopPorts } from './desktop-ports.ts';
import type { MainChannel } from './main-channel.ts';
import { createMainSecrets } from './main-secrets.ts';
import { createRoomLog } from './room-log.ts';

/** One call of the command line for an app that was started with `--room`: the shell prints and ends with the code. */
export async function runErrand(
  main: MainChannel,
  start: StartMessage & { t: 'start_errand' },
  threadsFolder: string,
): Promise<void> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  let isOver = false;
  process.on('SIGINT', stop);
  process.on('SIGTERM', () => {
    if (isOver) process.exit(0);
    stop();
  });
  main.listen((message) => {
    if (message.t === 'interrupt' || message.t === 'stop') stop();
  });
  const print = (stream: 'stdout' | 'stderr') => (text: string) => main.send({ t: 'print', stream, text: `${text}\n` });
  const exitCode = await runCommandLine({
    ports: desktopPorts({
      shell: 'command_line',
      start,
      threadsFolder,
      secrets: createMainSecrets(main, start.secretKind),
      log: createRoomLog(() => null),
      pickFolder: null,
      switchWorkspace: null,
      notify: (notice) => {
        print('stderr')(`${notice.title}: ${notice.body}`);
        main.send({ t: 'notice', ...notice });
        return start.canNotify;
      },
    }),
    args: start.args,
    caller: { actor: 'cli', name: userInfo().username },
    resolvePath: (path) => resolve(start.calledIn, path),
    print: print('stdout'),
    printError: print('stderr'),
    interrupt: interrupt.signal,
  });
  isOver = true;
  main.send({ t: 'done', exitCode });
}
