import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Ports } from '#core/ports.ts';
import { copyFolder, demoRuns, openTestCore, temporaryFolder, type TestCore } from './test-core.ts';

/** For each test of a file: a copy of the demo's backups and an engine on a new workspace beside it. */
type DemoHistory = {
  readonly room: TestCore;
  /** Holds the backups and the workspace. */
  readonly path: string;
  readonly backups: (...parts: string[]) => string;
  readonly workspace: () => string;
  /** Opens an engine on the workspace; the one before has to be closed. */
  readonly open: (overrides?: Partial<Ports>) => Promise<void>;
  /** Closes the engine and opens another on the same workspace. */
  readonly reopen: () => Promise<void>;
};

/** Registers the hooks; what it answers is of the test that runs. */
export function useDemoHistory(): DemoHistory {
  let folder: ReturnType<typeof temporaryFolder>;
  let room: TestCore;
  const backups = (...parts: string[]): string => join(folder.path, 'backups', 'vast', ...parts);
  const workspace = (): string => join(folder.path, 'workspace');
  const open = async (overrides: Partial<Ports> = {}): Promise<void> => {
    room = await openTestCore(workspace(), overrides);
  };
  beforeEach(async () => {
    folder = temporaryFolder();
    copyFolder(demoRuns, backups());
    await open();
  });
  afterEach(async () => {
    await room.close();
    folder.remove();
  });
  return {
    get room() {
      return room;
    },
    get path() {
      return folder.path;
    },
    backups,
    workspace,
    open,
    async reopen() {
      await room.close();
      await open();
    },
  };
}
