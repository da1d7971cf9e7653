import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readyLine = /^Control room ready: (http:\/\/127\.0\.0\.1:\d+\/\S*)$/;

export type RoomProcess = {
  /** With the one-time token: the first page that opens it gets the cookie. */
  readonly url: string;
  readonly origin: string;
  readonly workspaceFolder: string;
  readonly pid: number;
  /** Everything the room printed so far. */
  readonly output: () => string;
  /** Asks it to end, insists after 10 s, and removes a workspace that was made for it. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the real browser shell as a child, on a free port and, unless one is given, a new workspace.
 * Resolves when it prints that it is ready; rejects with what it printed when it ends before.
 */
export async function startRoom(
  options: {
    readonly workspaceFolder?: string;
    readonly demo?: boolean;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<RoomProcess> {
  const ownFolder = options.workspaceFolder === undefined ? await mkdtemp(join(tmpdir(), 'room-test-')) : undefined;
  const workspaceFolder = options.workspaceFolder ?? join(ownFolder ?? '', 'workspace');
  const args = [join(root, 'electron/web/main.ts'), '--web', '--port', '0', '--no-open'];
  args.push('--workspace', workspaceFolder, ...(options.demo === true ? ['--demo'] : []), ...(options.args ?? []));
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const stop = async (): Promise<void> => {
    await endOf(child);
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        output += `${line}\n`;
        const ready = readyLine.exec(line.trim());
        if (ready?.[1] !== undefined) resolve(ready[1]);
      });
      child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
      child.once('error', reject);
      child.once('close', (code, signal) => {
        reject(new Error(`The room ended before it was ready (${signal ?? `exit code ${code}`}):\n${output}`));
      });
    });
    return {
      url,
      origin: new URL(url).origin,
      workspaceFolder,
      pid: child.pid ?? 0,
      output: () => output,
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(insist);
}
