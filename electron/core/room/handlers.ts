import { accessSync, constants } from 'node:fs';
import { RoomError } from '#shared/errors.ts';
import type { RoomInfo } from '#shared/contract/room.ts';
import type { Database } from '../db/database.ts';
import { databaseBytes, databasePaths, lastBackupAt } from '../db/files.ts';
import { historyMigrations } from '../db/history-schema.ts';
import { indexMigrations } from '../db/index-schema.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Ports } from '../ports.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { describeRecent } from '../workspace/home.ts';
import { isWorkspace, type Workspace } from '../workspace/workspace.ts';
import { listFolders } from './list-folders.ts';

type RoomMethods = 'room.info' | 'room.pickFolder' | 'folders.list' | 'workspaces.recent' | 'workspaces.open';

export type RoomDeps = {
  readonly ports: Ports;
  readonly database: Database;
  readonly workspace: Workspace;
  readonly role: 'resident' | 'errand';
  readonly startedAt: string;
  readonly warnings: () => RoomInfo['warnings'];
};

export function roomHandlers(deps: RoomDeps): Pick<Handlers, RoomMethods> {
  const { ports, workspace } = deps;
  const paths = databasePaths(workspace.path);
  return {
    'room.info': async () => {
      const [counts, decisions, isIndexComplete] = await Promise.all([
        deps.database.read('room.counts', undefined as never),
        deps.database.read('decisions.count', undefined as never),
        deps.database.read('index.isComplete', undefined as never),
      ]);
      return {
        product: 'Blueprint Control Room',
        version: ports.version,
        shell: ports.shell,
        role: deps.role,
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
        startedAt: deps.startedAt,
        workspace: {
          id: workspace.id,
          name: workspace.name,
          path: workspace.path,
          isDemo: workspace.isDemo,
          createdAt: workspace.createdAt,
        },
        database: {
          historyVersion: historyMigrations.at(-1)!.version,
          indexVersion: indexMigrations.at(-1)!.version,
          historyBytes: databaseBytes(paths.history),
          indexBytes: databaseBytes(paths.index),
          lastBackupAt: lastBackupAt(workspace.path),
        },
        counts: { ...counts, decisions },
        canPickFolder: ports.pickFolder !== null,
        canBrowseFolders: ports.mayBrowseFolders,
        canSwitchWorkspace: ports.switchWorkspace !== null,
        warnings: [...deps.warnings(), ...(isIndexComplete ? [] : [indexIncomplete])],
      };
    },
    'room.pickFolder': async (input) => {
      if (ports.pickFolder === null)
        throw new RoomError('not_supported_here', 'This shell has no folder dialog.', {
          hint: 'Type the path of the folder.',
        });
      return { path: await ports.pickFolder(input.title) };
    },
    'folders.list': async (input) => {
      if (!ports.mayBrowseFolders)
        throw new RoomError('not_supported_here', 'Folders are chosen with the native dialog here.');
      return listFolders(input.path === '' ? ports.homeFolder : input.path);
    },
    'workspaces.recent': async () => ({ items: describeRecent(ports.roomHome) }),
    'workspaces.open': async (input) => {
      if (ports.switchWorkspace === null)
        throw new RoomError('not_supported_here', 'This shell serves one workspace only.', {
          hint: 'Start the room with --workspace.',
        });
      const created = !isWorkspace(input.path);
      await ports.switchWorkspace(input.path);
      return { path: input.path, created };
    },
  };
}

const indexIncomplete: RoomInfo['warnings'][number] = {
  code: 'index_incomplete',
  message:
    'The index was made anew and is not complete: every run is listed, but log lines may be missing in logs and search.',
  hint: 'Run history.rebuild: it reads the logs again.',
};

/** What the person should know before it bites. */
export function findWarnings(workspace: Workspace, secrets: SecretStore): RoomInfo['warnings'] {
  const warnings: RoomInfo['warnings'] = [];
  try {
    accessSync(workspace.path, constants.W_OK);
  } catch {
    warnings.push({
      code: 'workspace_read_only',
      message: `${workspace.path} can not be written: nothing new can be stored.`,
      hint: 'Check the permissions of the folder.',
    });
  }
  if (secrets.kind() === 'memory') {
    warnings.push({
      code: 'secrets_in_memory',
      message: 'No keychain can be used here: keys that are set are kept in memory and are gone when the room closes.',
      hint: 'Unlock the keychain of this account and start the room again. From source, ROOM_SECRETS_FILE names a file for them.',
    });
  }
  return warnings;
}
