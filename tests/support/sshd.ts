import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SshdOptions = {
  /** Sessions of one connection; OpenSSH's default, 10, unless told. */
  readonly maxSessions?: number;
  /** Run instead of what was asked for, which it finds in `$SSH_ORIGINAL_COMMAND`. */
  readonly forceCommand?: string;
  /** Host keys it has; ed25519 alone unless told. */
  readonly hostKeyTypes?: readonly HostKeyType[];
  /** More lines of sshd_config, first so that they win. */
  readonly config?: readonly string[];
};
export type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa';

export type HostKey = {
  readonly type: HostKeyType;
  /** `SHA256:…`, as OpenSSH and the room write it. */
  readonly fingerprint: string;
  /** The line of `ssh-keygen -l`, which the lease daemon puts in the log after `host-key`. */
  readonly keygenLine: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
};

export type Sshd = {
  readonly host: '127.0.0.1';
  /** The same one after `restart` and `changeHostKey`. */
  readonly port: number;
  /** Who runs the tests: sshd without root can be nobody else. */
  readonly user: string;
  /** An empty folder for what the test calls remote; its real path, removed by `close`. */
  readonly folder: string;
  /** A private key (ed25519, no passphrase) that it takes. */
  readonly keyFile: string;
  /** The first of its host keys. */
  hostKey(): HostKey;
  hostKeys(): readonly HostKey[];
  /** Takes one more key: a line of a `.pub` file. */
  authorise(publicKeyLine: string): void;
  /** Everything it logged (VERBOSE), connections and logins among it. */
  log(): string;
  /** Resolves with the first match when the log has it, now or later. */
  logged(pattern: RegExp): Promise<RegExpExecArray>;
  /** kill -9 to every connection; it keeps listening. What ran in them is ended as well. */
  cutConnections(): Promise<void>;
  /** kill -9 to it and every connection: nobody listens afterwards. */
  stop(): Promise<void>;
  /** Listens again, on the same port and with the same keys. */
  restart(): Promise<void>;
  /** As `stop`, then `restart` with new host keys: another machine at the same address. */
  changeHostKey(): Promise<void>;
  /** `stop`, and every file is removed. */
  close(): Promise<void>;
};

/**
 * A real OpenSSH server on loopback, with a configuration, keys and a port of its own; it neither reads nor
 * writes what the computer has in /etc/ssh and ~/.ssh. Logins are the test's own user, so remote commands
 * run on this computer with its rights: keep them inside `folder`.
 *
 *     const sshd = await startSshd();
 *     onTestFinished(() => sshd.close());
 *     await shell.exec(sshdTarget(sshd), 'uname');
 */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'room-sshd-')));
  const folder = join(home, 'remote');
  mkdirSync(folder);
  // Where sshd of root puts its helper; Debian's service makes it at boot, which a container never had.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const keyFile = await makeKey(home, { name: 'client_key' });
  const authorised = join(home, 'authorized_keys');
  writeFileSync(authorised, readFileSync(`${keyFile}.pub`));
  const types = options.hostKeyTypes ?? ['ed25519'];
  const port = await freePort();
  const configFile = join(home, 'sshd_config');
  writeFileSync(configFile, configOf({ home, port, types, options }));

  let keys = await makeHostKeys(home, types);
  let log = '';
  const listeners = new Set<() => void>();
  let server: ChildProcess | null = null;

  const logged = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve) => {
      const look = (): void => {
        const match = pattern.exec(log);
        if (match === null) return;
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      look();
    });

  async function start(): Promise<void> {
    const started = spawn(sshdPath, ['-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    server = started;
    const from = log.length;
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`sshd ended with ${code}: ${log.slice(from)}`)));
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.slice(from).includes('Server listening on')) resolve();
        for (const listener of listeners) listener();
      });
    });
  }

  async function stop(): Promise<void> {
    const stopped = server;
    if (stopped?.pid === undefined) return;
    server = null;
    const children = await descendantsOf(stopped.pid);
    const ended = new Promise((resolve) => stopped.once('close', resolve));
    for (const pid of [stopped.pid, ...children]) kill(pid);
    await ended;
  }

  await start();
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    folder,
    keyFile,
    hostKey: () => keys[0]!,
    hostKeys: () => keys,
    authorise: (line) => writeFileSync(authorised, `${line.trim()}\n`, { flag: 'a' }),
    log: () => log,
    logged,
    async cutConnections() {
      if (server?.pid !== undefined) for (const pid of await descendantsOf(server.pid)) kill(pid);
    },
    stop,
    restart: start,
    async changeHostKey() {
      await stop();
      keys = await makeHostKeys(home, types);
      await start();
    },
    async close() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What `MachineShell` takes for it; a name of its own keeps its host key apart from that of other servers. */
export function sshdTarget(
  sshd: Sshd,
  overrides: {
    readonly instanceId?: string;
    readonly keyFile?: string | null;
    readonly acceptNewHostKey?: boolean;
  } = {},
): {
  readonly kind: 'address';
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string | null;
  readonly acceptNewHostKey: boolean;
} {
  return {
    kind: 'address',
    instanceId: String(sshd.port),
    host: sshd.host,
    port: sshd.port,
    user: sshd.user,
    keyFile: sshd.keyFile,
    acceptNewHostKey: true,
    ...overrides,
  };
}

/** A new private key in a folder, with its `.pub` beside it. Answers with its path. */
export async function makeKey(
  folder: string,
  options: { readonly name?: string; readonly type?: HostKeyType; readonly passphrase?: string } = {},
): Promise<string> {
  const file = join(folder, options.name ?? `key-${Math.random().toString(36).slice(2)}`);
  const type = options.type ?? 'ed25519';
  await run('ssh-keygen', ['-q', '-t', type, '-N', options.passphrase ?? '', '-C', 'a test', '-f', file]);
  return file;
}

const sshdPath = '/usr/sbin/sshd';

async function makeHostKeys(home: string, types: readonly HostKeyType[]): Promise<readonly HostKey[]> {
  const keys: HostKey[] = [];
  for (const type of types) {
    const file = join(home, `host_${type}`);
    for (const path of [file, `${file}.pub`]) rmSync(path, { force: true });
    await makeKey(home, { name: `host_${type}`, type });
    chmodSync(file, 0o600);
    const { stdout } = await run('ssh-keygen', ['-l', '-f', `${file}.pub`]);
    keys.push({
      type,
      fingerprint: /SHA256:\S+/.exec(stdout)![0],
      keygenLine: stdout.trim(),
      publicKey: readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' '),
    });
  }
  return keys;
}

function configOf(server: {
  readonly home: string;
  readonly port: number;
  readonly types: readonly HostKeyType[];
  readonly options: SshdOptions;
}): string {
  const { home, port, types, options } = server;
  const lines = options.config ?? [];
  const environment = lines.filter((line) => line.startsWith('SetEnv ')).map((line) => line.slice('SetEnv '.length));
  return [
    ...lines.filter((line) => !line.startsWith('SetEnv ')),
    // A shell that is not the first one leaves ~/.bashrc alone: what this computer does at a login is slow, and
    // breaks (pyenv waits a minute for a lock) when a session before it was killed in the middle of it.
    `SetEnv ${['SHLVL=1', ...environment].join(' ')}`,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...types.map((type) => `HostKey ${join(home, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(home, 'authorized_keys')}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    'UsePAM no',
    'StrictModes no',
    'PidFile none',
    'PrintMotd no',
    'LogLevel VERBOSE',
    // Many tests connect at once.
    'MaxStartups 200',
    `MaxSessions ${options.maxSessions ?? 10}`,
    ...(options.forceCommand === undefined ? [] : [`ForceCommand ${options.forceCommand}`]),
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Connections leave the process group of the server, so they are found by their parents. */
async function descendantsOf(root: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found: number[] = [];
  for (let parents = [root]; parents.length > 0;) {
    parents = pairs.filter(([, parent]) => parents.includes(parent)).map(([pid]) => pid);
    found.push(...parents);
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
