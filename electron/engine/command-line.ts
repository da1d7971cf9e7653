import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { runCommandLine } from '#core/command-line/run.ts';
import { createErrandNotifier } from './errand-notifier.ts';
import { createRoomLog } from './room-log.ts';
import { sourcePorts } from './source-ports.ts';

// `bin/room` says where the person typed the command; npm has gone elsewhere since.
const calledIn = process.env['ROOM_CALLED_IN'] ?? process.cwd();
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
process.once('SIGTERM', () => interrupt.abort());

/** Whoever read the output may have enough of it (`| head`): the call still runs to its end. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const printError = (text: string): void => void process.stderr.write(`${text}\n`);

const code = await runCommandLine({
  ports: sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: createRoomLog(() => null),
    environment: process.env,
    notify: createErrandNotifier({ printError, platform: process.platform, environment: process.env }),
  }),
  args: process.argv.slice(2),
  caller: { actor: 'cli', name: userInfo().username },
  resolvePath: (path) => resolve(calledIn, path),
  print: (text) => process.stdout.write(`${text}\n`),
  printError,
  interrupt: interrupt.signal,
});

// Large answers must leave the pipe before the process ends: no process.exit at once. What still
// holds the process after that is an engine that could not close.
process.exitCode = code;
setTimeout(() => process.exit(code), 10_000).unref();
