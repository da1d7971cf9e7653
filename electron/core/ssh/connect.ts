import { RoomError } from '#shared/errors.ts';
import { connectEndpoint, type ConnectOptions } from './connect-endpoint.ts';
import type { AuthMaterial, ConnectPlan, SshEndpoint } from './connect-plan.ts';
import type { Connection } from './connection.ts';
import { unreachableError } from './ssh-error.ts';

/**
 * Connects by a plan: its endpoints in order, the first that signs in wins. A wrong host key or a refused key is
 * the answer and ends it, except where two spellings of one proxy port are tried: one of them is somebody
 * else's. Needs nothing of the room, so a worker thread may call it with what `prepare` gave.
 * @throws RoomError ssh_unreachable, ssh_refused, host_key_unknown, host_key_changed, cancelled.
 */
export async function openConnection(
  plan: ConnectPlan,
  auth: AuthMaterial,
  options: ConnectOptions = {},
): Promise<Connection> {
  const failures: RoomError[] = [];
  const hasTwoSpellings = plan.endpoints.filter((each) => each.kind === 'proxy').length > 1;
  const isGuess = (endpoint: SshEndpoint): boolean => hasTwoSpellings && endpoint.kind === 'proxy';
  for (const endpoint of plan.endpoints) {
    try {
      return await connectEndpoint(plan, endpoint, auth, options);
    } catch (thrown) {
      if (!(thrown instanceof RoomError)) throw thrown;
      if (thrown.code !== 'ssh_unreachable' && !isGuess(endpoint)) throw thrown;
      if (options.signal?.aborted === true) throw thrown;
      failures.push(thrown);
    }
  }
  throw worstOf(failures, plan.instanceId);
}

const weights: Readonly<Record<string, number>> = { host_key_changed: 3, host_key_unknown: 2, ssh_refused: 1 };
const weightOf = (error: RoomError): number => weights[error.code] ?? 0;

function worstOf(failures: readonly RoomError[], instanceId: string): RoomError {
  const [worst] = failures.toSorted((a, b) => weightOf(b) - weightOf(a));
  if (worst !== undefined && weightOf(worst) > 0) return worst;
  if (worst === undefined)
    return unreachableError(
      `Machine ${instanceId} has no address for SSH yet.`,
      'A machine gets one while it loads; look at its state.',
    );
  return unreachableError(
    `SSH to machine ${instanceId} gets no answer. ${failures.map((each) => each.message).join(' ')}`,
  );
}
