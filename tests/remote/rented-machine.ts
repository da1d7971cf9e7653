import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildOnstart, type OnstartOptions } from '#core/remote/onstart.ts';
import { projectFolder, temporaryFolder } from '../support/test-core.ts';

const scripts = join(projectFolder, 'resources', 'remote');
const leaseScript = readFileSync(join(scripts, 'lease.sh'), 'utf8');
const toolPath = join(scripts, 'lease-tool.sh');
const longestWaitMs = 30_000;

/** Onstart texts as tests want them: half an hour's lease, twelve hours, no idle rule. */
export const onstartText = (more: Partial<OnstartOptions> = {}): string =>
  buildOnstart({ leaseScript, leaseSeconds: 1800, maxRunSeconds: 43_200, idleSeconds: 'off', ...more });

export type ToolAnswer = { readonly exitCode: number | null; readonly out: string; readonly error: string };

/**
 * The inside of a rented machine, in a folder: its uptime, processes, network and GPU are what the test says;
 * the onstart text, the daemon and its shell are real. Ended with the test.
 */
export function rentedMachine(options: {
  readonly api: string;
  readonly id: number;
  readonly key: string;
  /** Who sees id and key: every process, or only the container's first one (an ssh session does not). */
  readonly keySeenBy?: 'all' | 'first_process' | 'nobody';
  readonly without?: 'curl';
}) {
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => join(folder.path, ...parts);
  const daemonFolder = at('lease');
  const seenBy = options.keySeenBy ?? 'all';
  let uptimeSeconds = 1_000_000;

  const put = (path: string, text: string): void => {
    // In one step: the daemon may be reading.
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  const setUptime = (seconds: number): void => {
    uptimeSeconds = seconds;
    put(at('proc', 'uptime'), `${seconds}.37 99.00\n`);
  };
  const network = (bytes: number): void =>
    put(
      at('proc', 'net', 'dev'),
      `Inter-|   Receive |  Transmit\n face |bytes packets|bytes\n    lo: 999 1 0 0 0 0 0 0 ${bytes * 7} 1 0 0 0 0 0 0\n  eth0: ${bytes} 1 0 0 0 0 0 0 1000 1 0 0 0 0 0 0\n`,
    );
  const program = (name: string, text: string): void => {
    writeFileSync(at('bin', name), text);
    chmodSync(at('bin', name), 0o755);
  };

  for (const part of ['bin', 'ssh', 'out', 'proc/net', 'proc/1']) mkdirSync(at(part), { recursive: true });
  setUptime(uptimeSeconds);
  network(0);
  const secrets = `CONTAINER_ID=C.${options.id}\0CONTAINER_API_KEY=${options.key}\0`;
  writeFileSync(at('proc', '1', 'environ'), `PATH=/bin\0${seenBy === 'first_process' ? secrets : ''}`);
  writeFileSync(at('gpu'), '0\n');
  program('nvidia-smi', `#!/bin/sh\ncat '${at('gpu')}'\n`);
  if (options.without === 'curl') linkTools(at('bin'));
  else program('curl', `#!/bin/sh\necho "$*" >>'${at('arguments')}'\nexec /usr/bin/curl "$@"\n`);

  const environment: NodeJS.ProcessEnv = {
    PATH: options.without === 'curl' ? at('bin') : `${at('bin')}:/usr/bin:/bin`,
    LEASE_DIR: daemonFolder,
    LEASE_PROC: at('proc'),
    LEASE_API: options.api,
    LEASE_SSH: at('ssh'),
    LEASE_TICK: '0.05',
    WATCH: at('out'),
  };
  const containerEnvironment =
    seenBy === 'all' ? { CONTAINER_ID: `C.${options.id}`, CONTAINER_API_KEY: options.key } : {};
  const read = (name: string): string =>
    existsSync(join(daemonFolder, name)) ? readFileSync(join(daemonFolder, name), 'utf8') : '';
  const beat = (): number => Number(read('beat').split(' ')[0]);
  const run = (args: readonly string[], more: NodeJS.ProcessEnv = {}, input = ''): Promise<ToolAnswer> =>
    new Promise((resolve) => {
      const child = spawn('/bin/sh', args, { env: { ...environment, ...more }, stdio: ['pipe', 'pipe', 'pipe'] });
      // A command that does not read its input is none the worse.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      let [out, error] = ['', ''];
      child.stdout.on('data', (data: Buffer) => (out += data.toString()));
      child.stderr.on('data', (data: Buffer) => (error += data.toString()));
      child.on('close', (exitCode) => resolve({ exitCode, out, error }));
    });
  const until = async (what: string, isDone: () => boolean): Promise<void> => {
    const giveUpAt = Date.now() + longestWaitMs;
    while (!isDone()) {
      if (Date.now() > giveUpAt) throw new Error(`Waited for ${what}. The log:\n${read('log')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const settle = async (): Promise<void> => {
    // The next beat says that the look before it, with all that followed from it, is over.
    setUptime(uptimeSeconds + 1);
    await until('a beat', () => beat() === uptimeSeconds);
    setUptime(uptimeSeconds + 1);
    await until('a beat', () => beat() === uptimeSeconds);
  };

  onTestFinished(async () => {
    if (existsSync(daemonFolder)) writeFileSync(join(daemonFolder, 'gen'), 'end\n');
    await until('the daemon to end', () => processesOf(folder.path).length === 0);
    folder.remove();
  });

  return {
    /** A start of the container. */
    boot: (more: Partial<OnstartOptions> = {}): Promise<ToolAnswer> =>
      run(['-c', onstartText(more)], containerEnvironment),
    /** What the room does over SSH, where nobody sees the container's variables. */
    tool: (...args: string[]): Promise<ToolAnswer> => run([toolPath, ...args]),
    /** A command as an SSH session runs it. */
    command: (text: string, input = ''): Promise<ToolAnswer> => run(['-c', text], {}, input),
    /** What an SSH server has to put in front of each command to be this machine. */
    environment,
    /** A line of shell on the machine, as the pipeline runs its shutdown command. */
    shell: (text: string): Promise<ToolAnswer> => run(['-c', text.replaceAll('/root/.blueprint-lease', daemonFolder)]),
    /** Lets uptime pass, and waits until the daemon has done all that follows from it. */
    pass: async (seconds: number): Promise<void> => {
      setUptime(uptimeSeconds + seconds);
      await settle();
    },
    settle,
    setUptime,
    network,
    gpu: (text: string): void => put(at('gpu'), text),
    process: (pid: number, ...argv: string[]): void => {
      mkdirSync(at('proc', String(pid)), { recursive: true });
      writeFileSync(at('proc', String(pid), 'stat'), `${pid} (x) S 1 ${pid} ${pid} 0`);
      put(at('proc', String(pid), 'cmdline'), `${argv.join('\0')}\0`);
    },
    endProcess: (pid: number): void => rmSync(at('proc', String(pid)), { recursive: true }),
    grow: (name: string): void => appendFileSync(at('out', name), 'more\n'),
    /** A host key of the machine's sshd, as its public file says it. */
    hostKey: (name: string): void => {
      const part = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
      const key = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(Buffer.alloc(32, 7))]);
      writeFileSync(at('ssh', `${name}.pub`), `ssh-ed25519 ${key.toString('base64')} root@machine\n`);
    },
    /** Kills the daemon's loop, as an out-of-memory killer does. */
    killDaemon: (): void => {
      for (const { pid, command } of processesOf(folder.path))
        if (/lease\.sh run \S+$/.test(command)) process.kill(pid, 'SIGKILL');
    },
    isStopAsked: (): boolean => /stop /.test(read('log')),
    until,
    read,
    log: (): string => read('log'),
    /** Everything that another process of the machine could have seen. */
    seenByOthers: (): string =>
      `${existsSync(at('arguments')) ? readFileSync(at('arguments'), 'utf8') : ''}${read('log')}`,
    path: at,
  };
}

/** What the daemon needs, and no curl. */
function linkTools(folder: string): void {
  const names = 'sh cat mv tr cut grep sed awk find cksum timeout python3 nohup sleep rm mkdir wc base64 gzip chmod';
  for (const name of names.split(' '))
    writeFileSync(join(folder, name), `#!/bin/sh\nexec /usr/bin/${name} "$@"\n`, { mode: 0o755 });
}

function processesOf(path: string): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return command.includes(path) ? [{ pid: Number(name), command }] : [];
      } catch {
        return [];
      }
    });
}
