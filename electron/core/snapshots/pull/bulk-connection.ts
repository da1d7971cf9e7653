import { openConnection } from '../../ssh/connect.ts';
import type { AuthMaterial, ConnectPlan } from '../../ssh/connect-plan.ts';
import type { Connection } from '../../ssh/connection.ts';
import type { BulkConnection, RemoteChannel } from '../remote/remote.ts';

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
  const kept = new Map<string, { readonly connection: Connection; timer: NodeJS.Timeout | null }>();
  const keyOf = (plan: ConnectPlan): string => JSON.stringify(plan);
  return {
    async take(plan, auth, signal) {
      const key = keyOf(plan);
      const known = kept.get(key);
      if (known !== undefined && known.connection.isOpen()) {
        if (known.timer !== null) clearTimeout(known.timer);
        known.timer = null;
        return toBulk(known.connection);
      }
      const connection = await openConnection(plan, auth, { signal });
      kept.set(key, { connection, timer: null });
      return toBulk(connection);
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

const toBulk = (connection: Connection): BulkConnection => ({
  hostKey: connection.shown.fingerprint,
  isOpen: connection.isOpen,
  openChannel: async (command) => (await connection.openChannel(command)) as unknown as RemoteChannel,
  end: () => connection.end(),
});
