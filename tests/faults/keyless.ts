import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';

export type Keyless = {
  readonly port: number;
  readonly connectionCount: () => number;
  close(): Promise<void>;
};

/** OpenSSH's own server, begun for each connection, on a machine whose host keys are gone: it has nothing to show. */
export async function startKeyless(folder: string): Promise<Keyless> {
  const configFile = join(folder, 'keyless_config');
  writeFileSync(configFile, `HostKey ${join(folder, 'no_such_key')}\nUsePAM no\nStrictModes no\n`);
  let connectionCount = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connectionCount += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    const child = spawn('/usr/sbin/sshd', ['-i', '-f', configFile], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.on('error', () => undefined);
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    child.once('close', () => socket.end());
    child.once('error', () => socket.destroy());
    socket.once('close', () => child.kill('SIGKILL'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connectionCount: () => connectionCount,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
