import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { systemClock, type Log, type Notifier, type Ports, type ThreadName } from '#core/ports.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { createFileSecrets } from '#core/secrets/file-secrets.ts';
import { roomHome } from '#core/workspace/home.ts';

const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const threadFiles: Record<ThreadName, string> = {
  database: 'electron/core/db/database.thread.ts',
  tasks: 'electron/core/tasks/tasks.thread.ts',
  transfer: 'electron/core/snapshots/pull/transfer.thread.ts',
};

export const rendererFolder: string = join(projectFolder, 'out', 'renderer');

/** What a room gets that runs from its own source: the browser shell and the command line. */
export function sourcePorts(
  options: Pick<Ports, 'shell' | 'mayBrowseFolders' | 'switchWorkspace'> & {
    readonly log: Log;
    readonly environment: NodeJS.ProcessEnv;
    /** Left out, a notice is written to the log. */
    readonly notify?: Notifier;
  },
): Ports {
  const secretsFile = options.environment['ROOM_SECRETS_FILE'];
  return {
    shell: options.shell,
    clock: systemClock,
    log: options.log,
    configsFolder: join(projectFolder, 'configs'),
    demoFolder: join(projectFolder, 'resources', 'demo'),
    remoteFolder: join(projectFolder, 'resources', 'remote'),
    program: [join(projectFolder, 'bin', 'room')],
    version: (JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string }).version,
    homeFolder: homedir(),
    roomHome: roomHome(options.environment),
    environment: options.environment,
    startThread: (name, data) =>
      new Worker(join(projectFolder, threadFiles[name]), { workerData: data, stdout: false, stderr: false }),
    pickFolder: null,
    mayBrowseFolders: options.mayBrowseFolders,
    switchWorkspace: options.switchWorkspace,
    notify: options.notify ?? logNotice(options.log),
    secrets:
      secretsFile === undefined || secretsFile === ''
        ? createEnvironmentSecrets(options.environment)
        : createFileSecrets(resolve(secretsFile)),
  };
}

/** A line in a log reaches nobody by itself. */
function logNotice(log: Log): Notifier {
  return ({ title, body, urgency }) => {
    log({ level: urgency === 'critical' ? 'error' : 'warn', area: 'notice', message: `${title}: ${body}` });
    return false;
  };
}
