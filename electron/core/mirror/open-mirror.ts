import { join } from 'node:path';
import type { Settings } from '#shared/contract/room.ts';
import type { Ports } from '../ports.ts';
import type { ToolFinder } from '../tools/find-tool.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { MirrorDeps } from './context.ts';
import { createRclone } from './rclone.ts';
import { openRemote } from './remote.ts';

/** The mirror of a workspace. The bucket is opened anew for each piece of work: settings and keys may have changed. */
export function createMirrorDeps(
  options: Pick<MirrorDeps, 'database' | 'tasks' | 'clock' | 'emit' | 'snapshots'> & {
    readonly ports: Pick<Ports, 'environment' | 'secrets' | 'homeFolder'>;
    readonly workspace: Workspace;
    readonly settings: () => Settings;
    readonly tools: () => ToolFinder;
    readonly run: RunTool;
  },
): MirrorDeps {
  const { ports, workspace, settings, tools, run, ...rest } = options;
  const { environment, secrets, homeFolder } = ports;
  return {
    ...rest,
    stagingFolder: join(workspace.path, 'mirror', 'staging'),
    manifestFolder: join(workspace.path, 'mirror', 'manifests'),
    async open(role) {
      const remote = await openRemote(role, { environment, secrets, settings: settings(), isDemo: workspace.isDemo });
      const rclone = createRclone(remote, {
        tools: tools(),
        run,
        homeDir: homeFolder,
        environment,
        bandwidthLimitKib: () => settings().mirrorBandwidthKib,
      });
      return { remote, rclone };
    },
  };
}
