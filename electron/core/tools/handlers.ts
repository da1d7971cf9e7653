import { join } from 'node:path';
import type { Handlers } from '../dispatcher.ts';
import type { Ports } from '../ports.ts';
import { disableOldJob } from './disable-old-job.ts';
import { examineTools } from './doctor.ts';
import type { ToolFinder } from './find-tool.ts';
import { knownToolFolders, toolEnvironment } from './tool-environment.ts';
import type { ToolSupervisor } from './tool-supervisor.ts';

export function toolHandlers(deps: {
  readonly ports: Pick<Ports, 'homeFolder' | 'environment' | 'clock'>;
  readonly workspacePath: string;
  readonly supervisor: ToolSupervisor;
  /** The finder of this moment: another one after a path was set. */
  readonly tools: () => ToolFinder;
}): Pick<Handlers, 'tools.doctor' | 'tools.disableOldJob'> {
  return {
    'tools.doctor': async ({ path }) =>
      examineTools(path ?? deps.ports.environment['PATH'] ?? '', {
        finder: deps.tools(),
        run: deps.supervisor.run,
        homeDir: deps.ports.homeFolder,
        environment: deps.ports.environment,
      }),
    'tools.disableOldJob': (input) =>
      disableOldJob(input, {
        run: deps.supervisor.run,
        env: toolEnvironment({ homeDir: deps.ports.homeFolder, inherited: deps.ports.environment }),
        folders: knownToolFolders(deps.ports.homeFolder),
        backupFolder: join(deps.workspacePath, 'backups'),
        now: new Date(deps.ports.clock.now()).toISOString(),
      }),
  };
}
