import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type SshAddress = { readonly host: string; readonly port: number };

/** A port of the simulated host that leads to whatever the machine has behind it at that moment. */
export type SshRoute = { readonly port: number; readonly close: () => void };

/**
 * Listens on a free port of 127.0.0.1 and passes each connection on to where `choose` says; null cuts it.
 * It is a plain forward, as the service's proxy is: the host key seen is that of the server behind it.
 */
export async function openSshRoute(choose: () => SshAddress | null): Promise<SshRoute> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    return socket.once('close', () => open.delete(socket));
  };
  const server = createServer((incoming) => {
    keep(incoming).on('error', () => incoming.destroy());
    const target = choose();
    if (target === null) {
      incoming.destroy();
      return;
    }
    const outgoing = keep(connect(target.port, target.host));
    outgoing.on('error', () => incoming.destroy());
    incoming.once('close', () => outgoing.destroy());
    outgoing.once('close', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
