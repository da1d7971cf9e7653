import { RoomError } from '#shared/errors.ts';
import type { SshProbe } from '#shared/rules/stop-proof.ts';
import { connectEndpoint, type ConnectOptions } from './connect-endpoint.ts';
import type { ConnectPlan } from './connect-plan.ts';

const nothingToSignInWith = { identities: [], unusable: [] } as const;

/**
 * Looks who answers at the addresses of a plan, and goes away again: the handshake is made as far as the host
 * key and nothing is signed in with. Silence counts only when every address is silent.
 * @throws RoomError cancelled.
 */
export async function knock(plan: ConnectPlan, options: ConnectOptions = {}): Promise<SshProbe['answer']> {
  const answers = await Promise.all(
    plan.endpoints.map(async (endpoint): Promise<SshProbe['answer']> => {
      try {
        (await connectEndpoint(plan, endpoint, nothingToSignInWith, options)).end();
        return 'our_key';
      } catch (thrown) {
        if (!(thrown instanceof RoomError)) throw thrown;
        // It got as far as being refused: the host key was the known one.
        if (thrown.code === 'ssh_refused') return 'our_key';
        if (thrown.code === 'host_key_changed') return 'other_key';
        if (thrown.code === 'host_key_unknown') return 'unknown_key';
        if (thrown.code === 'ssh_unreachable') return 'no_answer';
        throw thrown;
      }
    }),
  );
  const order = ['our_key', 'unknown_key', 'other_key', 'no_answer'] as const;
  return order.find((answer) => answers.includes(answer)) ?? 'not_tried';
}
