import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import { startTestBucket } from './b2/bucket.ts';
import { room as callRoom, type CallOutcome } from './command-line.ts';
import { expect, test as base } from './room-fixture.ts';
import { startRoom, type RoomProcess } from './room-process.ts';
import { startSshd, type Sshd } from './sshd.ts';
import { temporaryFolder } from './test-core.ts';

/** A room in the browser, with a machine that it can copy and a bucket of which it has the key. */
export type CopyingRoom = Pick<RoomProcess, 'url' | 'origin'> & {
  readonly workspace: string;
  readonly sshd: Sshd;
  /** Below the folder of what is on the machine beside that. */
  readonly at: (...parts: string[]) => string;
  /** Its number at the provider; null where it is a machine of the test alone. */
  readonly rentedId: string | null;
  /** The folder on the machine that is copied; empty at first. */
  readonly root: string;
  /** What `snapshots.pull` is told to copy that folder as `work_dir` of the machine `test`. */
  readonly pull: object;
  /** The command line on the room's workspace, in a home of its own. */
  readonly call: (method: string, input: object) => Promise<CallOutcome>;
};

type RoomOptions = {
  readonly isRented?: boolean;
  /** Variables that every session on the machine has, told from where its folder is. */
  readonly machine?: (at: (...parts: string[]) => string) => Readonly<Record<string, string>>;
};

/** The machine as one that runs at a simulated provider, with the environment of a room that knows it. */
async function rent({ host, port }: Sshd) {
  const provider = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed: 30, rateLimits: 'off' });
  const id = await provider.control.addMachine({ label: 'night', status: 'running' });
  provider.control.changeMachine(id, { ssh: { direct: { host, port }, proxy: { host, port } } });
  const environment = { VAST_URL: provider.url, VAST_API_KEY: provider.apiKey, ROOM_VAST_SPEED: '30' };
  return { id: String(id), environment, close: () => provider.close() };
}

const noVariables = (): Readonly<Record<string, string>> => ({});

/** Only what lasts is waited for: what programs and other processes do takes as long as the computer needs. */
export const eventually = expect.configure({ timeout: 90_000 });

export const test = base.extend<{
  /** Opens such a room and the page on it. Everything is closed after the test, the page first. */
  readonly openCopyingRoom: (options?: RoomOptions) => Promise<CopyingRoom>;
}>({
  openCopyingRoom: async ({ page, watch }, use) => {
    const closers: (() => unknown)[] = [];
    await use(async ({ isRented = false, machine = noVariables } = {}) => {
      const folder = temporaryFolder();
      closers.push(() => folder.remove());
      const at = (...parts: string[]): string => join(folder.path, 'machine', ...parts);
      const variables = Object.entries(machine(at)).map(([name, value]) => `${name}=${value}`);
      const sshd = await startSshd(variables.length === 0 ? {} : { config: [`SetEnv ${variables.join(' ')}`] });
      closers.push(() => sshd.close());
      const bucket = await startTestBucket();
      closers.push(() => bucket.server.close());
      const root = join(sshd.folder, 'outputs');
      mkdirSync(root);
      const workspace = join(folder.path, 'workspace');
      const rented = isRented ? await rent(sshd) : null;
      closers.push(() => rented?.close());
      const env = { ...bucket.environment, ...rented?.environment };
      const room = await startRoom({ workspaceFolder: workspace, env });
      closers.push(() => room.stop());
      // A page that is still open would see the room go.
      closers.push(() => page.goto('about:blank'));
      // A sheet or a toast that is still fading in has no contrast yet.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await watch(page);
      await page.goto(room.url);
      return {
        url: room.url,
        origin: room.origin,
        workspace,
        sshd,
        at,
        rentedId: rented?.id ?? null,
        root,
        pull: {
          target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
          instanceId: 'test',
          items: [{ remote: root, local: 'work_dir' }],
          acceptNewHostKey: true,
        },
        call: (method, input) =>
          callRoom([method, JSON.stringify(input), '--workspace', workspace], { home: folder.path }),
      };
    });
    for (const close of closers.toReversed()) await Promise.resolve(close()).catch(() => undefined);
  },
});
