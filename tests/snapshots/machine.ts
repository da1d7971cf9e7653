import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ports } from '#core/ports.ts';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';
import type { SnapshotManifest } from '#shared/model/snapshot-manifest.ts';
import { startSshd, type Sshd, type SshdOptions } from '../support/sshd.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

export type PulledMachine = {
  readonly sshd: Sshd;
  /** The folder on the machine that is pulled into `work_dir`. */
  readonly root: string;
  readonly workspace: string;
  /** `<backup root>/test/room` */
  readonly room: string;
  readonly opened: TestCore;
  pull(more?: Partial<MethodInput<'snapshots.pull'>>): Promise<MethodOutput<'snapshots.pull'>>;
  /** What `current` points to; null when there is none. */
  current(): string | null;
  /** Files of the snapshot that `current` points to, below `work_dir`, in order. */
  currentFiles(): string[];
  manifest(): SnapshotManifest;
};

/** A real sshd with a folder to pull, and a room that pulls it. */
export async function startMachine(options: SshdOptions = {}, ports: Partial<Ports> = {}): Promise<PulledMachine> {
  const sshd = await startSshd(options);
  onTestFinished(() => sshd.close());
  const folder = temporaryFolder();
  const workspace = join(folder.path, 'workspace');
  const opened = await openTestCore(workspace, ports);
  onTestFinished(async () => {
    await opened.close();
    folder.remove();
  });
  const root = join(sshd.folder, 'x');
  mkdirSync(root);
  const room = join(workspace, 'snapshots', 'test', 'room');
  const current = (): string | null => {
    try {
      return readlinkSync(join(room, 'current'));
    } catch {
      return null;
    }
  };
  return {
    sshd,
    root,
    workspace,
    room,
    opened,
    current,
    pull: (more = {}) => opened.call('snapshots.pull', { ...pullInput(sshd, root), ...more }),
    currentFiles: () => filesBelow(join(room, current() ?? '', 'work_dir')),
    manifest: () => JSON.parse(readFileSync(join(room, 'current', 'manifest.json'), 'utf8')) as SnapshotManifest,
  };
}

export const pullInput = (sshd: Sshd, root: string): MethodInput<'snapshots.pull'> => ({
  target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
  instanceId: 'test',
  items: [{ remote: root, local: 'work_dir' }],
  acceptNewHostKey: true,
});

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
