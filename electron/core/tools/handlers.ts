import type { Handlers } from '../dispatcher.ts';
import type { Ports } from '../ports.ts';
import { examineTools } from './doctor.ts';
import type { ToolFinder } from './find-tool.ts';
import type { ToolSupervisor } from './tool-supervisor.ts';

export function toolHandlers(deps: {
  readonly ports: Pick<Ports, 'homeFolder' | 'environment'>;
  readonly supervisor: ToolSupervisor;
  /** The finder of this moment: another one after a path was set. */
  readonly tools: () => ToolFinder;
}): Pick<Handlers, 'tools.doctor'> {
  return {
    'tools.doctor': async ({ path }) =>
      examineTools(path ?? deps.ports.environment['PATH'] ?? '', {
        finder: deps.tools(),
        run: deps.supervisor.run,
        homeDir: deps.ports.homeFolder,
        environment: deps.ports.environment,
      }),
  };
}
