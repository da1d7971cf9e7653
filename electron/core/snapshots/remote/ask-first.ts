import { toErrorPayload } from '#shared/errors.ts';
import type { BulkConnection } from './remote.ts';

/**
 * Asks the first question of a piece of work. A connection that was kept may have died since without a word: it is
 * given up then, and the question goes over a new one, once. Nothing has been done yet that could be done twice.
 * @throws RoomError what `connect` and `ask` throw.
 */
export async function askFirst<T>(
  connect: () => Promise<BulkConnection>,
  ask: (connection: BulkConnection) => Promise<T>,
): Promise<{ readonly connection: BulkConnection; readonly answer: T }> {
  const connection = await connect();
  try {
    return { connection, answer: await ask(connection) };
  } catch (thrown) {
    if (!connection.isKept || toErrorPayload(thrown).code !== 'ssh_unreachable') throw thrown;
    connection.end();
    const fresh = await connect();
    return { connection: fresh, answer: await ask(fresh) };
  }
}
