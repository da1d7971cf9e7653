import { openConnection } from '../../ssh/connect.ts';
import type { AuthMaterial, ConnectPlan } from '../../ssh/connect-plan.ts';
import { NotSent, SessionRefused, type Connection } from '../../ssh/connection.ts';
import { unreachableError } from '../../ssh/ssh-error.ts';
import { lostError, type BulkConnection, type RemoteChannel } from '../remote/remote.ts';

/** After this long without a pull a connection is given up. */
const idleMs = 5 * 60_000;

export type ConnectionKeeper = {
  /** A connection that is open, the same one as long as the plan is the same. @throws RoomError ssh_… */
  take(plan: ConnectPlan, auth: AuthMaterial, signal: AbortSignal): Promise<BulkConnection>;
  /** The pull is over; a connection that is still good is kept for the next one. */
  giveBack(plan: ConnectPlan): void;
};

/** Keeps one connection for bulk to each machine, so that a pull every few minutes does not sign in each time. */
export function createConnectionKeeper(): ConnectionKeeper {
  const kept = new Map<string, { readonly connection: BulkConnection; timer: NodeJS.Timeout | null }>();
  const keyOf = (plan: ConnectPlan): string => JSON.stringify(plan);
  return {
    async take(plan, auth, signal) {
      const key = keyOf(plan);
      const known = kept.get(key);
      if (known !== undefined && known.connection.isOpen()) {
        if (known.timer !== null) clearTimeout(known.timer);
        known.timer = null;
        return { ...known.connection, isKept: true };
      }
      const connection = toBulk(await openConnection(plan, auth, { signal }));
      kept.set(key, { connection, timer: null });
      return connection;
    },
    giveBack(plan) {
      const key = keyOf(plan);
      const known = kept.get(key);
      if (known === undefined) return;
      if (!known.connection.isOpen()) kept.delete(key);
      else
        known.timer = setTimeout(() => {
          kept.delete(key);
          known.connection.end();
        }, idleMs);
    },
  };
}

/** Stock sshd gives ten sessions of a connection; a few are left for others. */
const mostSessions = 8;

/** Never more sessions than the server gives: what is refused waits until another one has ended. */
export function toBulk(connection: Connection): BulkConnection {
  let openCount = 0;
  let limit = mostSessions;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    openCount -= 1;
    waiting.shift()?.();
  };
  async function openChannel(command: string): Promise<RemoteChannel> {
    for (;;) {
      while (openCount >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      openCount += 1;
      // Counted when it is asked: the others may have ended when it is refused.
      const wereOpen = openCount;
      try {
        const channel = await connection.openChannel(command);
        channel.once('close', release);
        return channel as unknown as RemoteChannel;
      } catch (thrown) {
        release();
        // It is going down, and nobody has told yet: what comes of it is a lost connection, not a fault of ours.
        if (thrown instanceof NotSent) throw lostError();
        if (!(thrown instanceof SessionRefused)) throw thrown;
        if (wereOpen === 1)
          throw unreachableError(
            `The SSH server opens no session: ${thrown.message}.`,
            'Its MaxSessions may be 0, or it is out of resources.',
          );
        limit = Math.max(1, openCount);
      }
    }
  }
  return {
    hostKey: connection.shown.fingerprint,
    isKept: false,
    isOpen: connection.isOpen,
    openChannel,
    end: () => connection.end(),
  };
}
