import { homedir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StartMessage } from '#shared/contract/engine-wire.ts';
import { systemClock, type Log, type Ports } from '#core/ports.ts';
import type { SecretStore } from '#core/secrets/secret-store.ts';
import { roomHome } from '#core/workspace/home.ts';

/** What a room gets in the desktop app: the shell says where its folders are, the threads are bundles. */
export function desktopPorts(
  options: Pick<Ports, 'shell' | 'pickFolder' | 'switchWorkspace' | 'notify'> & {
    readonly start: StartMessage;
    readonly threadsFolder: string;
    readonly secrets: SecretStore;
    readonly log: Log;
  },
): Ports {
  const { start } = options;
  return {
    shell: options.shell,
    clock: systemClock,
    log: options.log,
    configsFolder: start.folders.configsFolder,
    demoFolder: start.folders.demoFolder,
    remoteFolder: start.folders.remoteFolder,
    program: start.program,
    version: start.version,
    homeFolder: homedir(),
    roomHome: roomHome(process.env),
    environment: process.env,
    startThread: (name, data) =>
      new Worker(join(options.threadsFolder, `${name}.js`), { workerData: data, stdout: false, stderr: false }),
    pickFolder: options.pickFolder,
    mayBrowseFolders: false,
    switchWorkspace: options.switchWorkspace,
    secrets: options.secrets,
    notify: options.notify,
  };
}
