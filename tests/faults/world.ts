import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';
import { startTestBucket, type TestBucket } from '../support/b2/bucket.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { openTestCore, type TestCore } from '../support/test-core.ts';
import { RemoteTree } from './remote-tree.ts';
import type { Dice } from './seeds.ts';

/** Every folder of a campaign begins like this, so that what a killed one left is found. */
export const folderPrefix = 'room-faults-';
export const instanceId = 'test';

export type WorldPlan = {
  readonly hasBucket: boolean;
  /** The backups get a file system of their own of this size; null leaves them on the disk of the rest. */
  readonly diskMib: number | null;
};

/** A machine, the way to it, a room that pulls it, and the bucket that it is mirrored to: all real, all its own. */
export type World = {
  readonly folder: string;
  readonly workspace: string;
  readonly home: string;
  readonly backups: string;
  /** `<backup root>/<instance>/room` */
  readonly room: string;
  readonly sshd: Sshd;
  readonly relay: Relay;
  readonly tree: RemoteTree;
  readonly bucket: TestBucket | null;
  readonly clock: { offsetMs: number };
  /** Everything that the room logged. */
  readonly log: string[];
  /** Of this process; null while another process has the workspace. */
  core: TestCore | null;
  /** Is this computer able to give the backups a small disk? */
  readonly hasSmallDisk: boolean;
  readonly environment: NodeJS.ProcessEnv;
  pullInput(more?: Partial<MethodInput<'snapshots.pull'>>): MethodInput<'snapshots.pull'>;
  open(): Promise<TestCore>;
  closeCore(): Promise<void>;
  close(): Promise<void>;
};

export type PullResult = MethodOutput<'snapshots.pull'>;

export async function buildWorld(plan: WorldPlan, dice: Dice): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  const closers: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each();
  };
  try {
    const sshd = await startSshd({ hostKeyTypes: [dice.pick(['ed25519', 'ecdsa'] as const)] });
    closers.push(() => sshd.close());
    const relay = await startRelay({ host: sshd.host, port: sshd.port });
    closers.push(() => relay.close());
    const bucket = plan.hasBucket ? await startTestBucket() : null;
    if (bucket !== null) closers.push(() => bucket.server.close());
    const workspace = join(folder, 'workspace');
    const home = join(folder, 'home');
    const backups = join(folder, 'backups');
    const temporary = join(folder, 'tmp');
    for (const each of [backups, temporary]) mkdirSync(each);
    const hasSmallDisk = plan.diskMib !== null && mount(backups, plan.diskMib);
    if (hasSmallDisk) closers.push(() => void spawnSync('umount', ['-l', backups]));
    const clock = { offsetMs: 0 };
    const log: string[] = [];
    const environment: NodeJS.ProcessEnv = {
      PATH: '/usr/bin:/bin',
      TMPDIR: temporary,
      ROOM_HOME: home,
      HOME: folder,
      ...bucket?.environment,
    };
    const world: World = {
      folder,
      workspace,
      home,
      backups,
      room: join(backups, instanceId, 'room'),
      sshd,
      relay,
      tree: new RemoteTree(join(sshd.folder, 'x')),
      bucket,
      clock,
      log,
      core: null,
      hasSmallDisk,
      environment,
      pullInput: (more = {}) => ({
        target: { host: sshd.host, port: relay.port, user: sshd.user, keyFile: sshd.keyFile },
        instanceId,
        items: [{ remote: join(sshd.folder, 'x'), local: 'work_dir' }],
        acceptNewHostKey: true,
        ...more,
      }),
      async open() {
        world.core ??= await openTestCore(workspace, {
          environment,
          roomHome: home,
          homeFolder: folder,
          clock: { now: () => Date.now() + clock.offsetMs },
          log: (line) => log.push(JSON.stringify(line)),
        });
        return world.core;
      },
      async closeCore() {
        const opened = world.core;
        world.core = null;
        await opened?.close();
      },
      close,
    };
    closers.push(() => world.closeCore());
    const core = await world.open();
    await core.call('settings.set', { backupFolder: backups });
    return world;
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function mount(folder: string, mib: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder]).status === 0;
}
