import type { SshRoute } from '#shared/model/ssh.ts';
import type { ConnectPlan } from './connect-plan.ts';

/**
 * `known`: pinned for this route. `same_machine`: pinned for the other route of the same machine, whose proxy
 * only forwards, so that the key is the same. `changed`: there is a pinned key and it is another one.
 */
export type HostKeyVerdict = 'known' | 'same_machine' | 'unknown' | 'changed' | 'revoked';

export function judgeHostKey(
  plan: Pick<ConnectPlan, 'pinned' | 'revoked'>,
  route: SshRoute,
  fingerprint: string,
): HostKeyVerdict {
  if (plan.revoked.includes(fingerprint)) return 'revoked';
  const ofRoute = plan.pinned.filter((key) => key.route === route);
  if (ofRoute.some((key) => key.fingerprint === fingerprint)) return 'known';
  if (ofRoute.length > 0) return 'changed';
  if (plan.pinned.some((key) => key.fingerprint === fingerprint)) return 'same_machine';
  return plan.pinned.length > 0 ? 'changed' : 'unknown';
}
