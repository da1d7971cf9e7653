import type { Client, ClientChannel } from 'ssh2';
import type { SshEndpoint } from './connect-plan.ts';
import type { HostKeyVerdict } from './host-key-verdict.ts';
import type { ShownKey } from './shown-key.ts';
import { unreachableError } from './ssh-error.ts';

/** Thrown by `openChannel` when the server opens no further session on this connection; the command did not run. */
export class SessionRefused extends Error {}

/** Thrown by `openChannel` when the connection was over before anything was sent on it. */
export class NotSent extends Error {}

/** One connection that is signed in. */
export type Connection = {
  readonly endpoint: SshEndpoint;
  readonly shown: ShownKey;
  readonly verdict: Extract<HostKeyVerdict, 'known' | 'same_machine'>;
  readonly isOpen: () => boolean;
  /** Resolves with why, in words, when the connection is over. */
  readonly closed: Promise<string>;
  /** Starts a command in a session of its own. @throws SessionRefused, NotSent, RoomError ssh_unreachable. */
  openChannel(command: string): Promise<ClientChannel>;
  /** Time to the server and back, milliseconds. */
  ping(): Promise<number>;
  end(): void;
};

/** Wraps a client that has just become ready. */
export function createConnection(
  client: Client,
  facts: Pick<Connection, 'endpoint' | 'shown' | 'verdict'>,
): Connection {
  let why: string | null = null;
  let isOpen = true;
  let isEnded = false;
  const closed = new Promise<string>((resolve) => {
    client.on('error', (error) => {
      why ??= error.message;
    });
    client.once('close', () => {
      isOpen = false;
      resolve(isEnded ? 'it was closed here' : (why ?? 'the other side closed it'));
    });
  });
  const lost = async (): Promise<never> => {
    throw unreachableError(`The SSH connection was lost: ${await closed}.`);
  };

  return {
    ...facts,
    isOpen: () => isOpen && !isEnded,
    closed,
    openChannel: (command) =>
      Promise.race([
        new Promise<ClientChannel>((resolve, reject) => {
          try {
            client.exec(command, (error, channel) => {
              if (error === undefined) resolve(keepExit(channel));
              // After a lost connection the reason of `closed` is the better one.
              else if (isOpen) reject(new SessionRefused(error.message));
            });
          } catch {
            // It throws when the connection is going down and `close` has not been told yet.
            client.destroy();
            reject(new NotSent());
          }
        }),
        lost(),
      ]),
    ping: () =>
      Promise.race([
        lost(),
        new Promise<number>((resolve) => {
          const startedAt = performance.now();
          try {
            // A request about a forwarding that does not exist: the server only says no, and no process starts.
            client.unforwardIn('127.0.0.1', 1, () => resolve(performance.now() - startedAt));
          } catch {
            client.destroy();
          }
        }),
      ]),
    end() {
      isEnded = true;
      client.end();
      // A server that does not close its side must not keep the room open.
      const timer = setTimeout(() => client.destroy(), 2000);
      client.once('close', () => clearTimeout(timer));
    },
  };
}

/**
 * A short command may have ended in the packet that opened its session, before whoever awaits the session can listen:
 * how it ended is told to who comes late, too.
 */
function keepExit(channel: ClientChannel): ClientChannel {
  channel.once('exit', (...how: unknown[]) => {
    channel.on('newListener', (name: string | symbol, listener: (...how: unknown[]) => void) => {
      if (name === 'exit') listener(...how);
    });
  });
  return channel;
}
