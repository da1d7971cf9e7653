import { RoomError } from '#shared/errors.ts';
import { nameOf, type AuthMaterial, type ConnectPlan, type SshEndpoint } from './connect-plan.ts';
import type { HostKeyVerdict } from './host-key-verdict.ts';
import type { ShownKey } from './shown-key.ts';

/** What `details` of `host_key_unknown` and `host_key_changed` hold. */
export type KeyErrorDetails = {
  readonly instanceId: string;
  readonly route: SshEndpoint['kind'];
  readonly host: string;
  readonly port: number;
  readonly shown: ShownKey;
  /** Fingerprints that would have been right. */
  readonly expected: readonly string[];
};

/** Nothing but the handshake was sent to whoever shows such a key. */
export function hostKeyError(
  verdict: Exclude<HostKeyVerdict, 'known' | 'same_machine'>,
  plan: Pick<ConnectPlan, 'instanceId' | 'pinned'>,
  endpoint: SshEndpoint,
  shown: ShownKey,
): RoomError {
  const ofRoute = plan.pinned.filter((key) => key.route === endpoint.kind);
  const expected = [...new Set((ofRoute.length > 0 ? ofRoute : plan.pinned).map((key) => key.fingerprint))];
  const details: KeyErrorDetails = {
    instanceId: plan.instanceId,
    route: endpoint.kind,
    host: endpoint.host,
    port: endpoint.port,
    shown,
    expected,
  };
  const where = `Machine ${plan.instanceId} at ${nameOf(endpoint)}`;
  const accept = `ssh.acceptHostKey {"id":"${plan.instanceId}","fingerprint":"${shown.fingerprint}"}`;
  switch (verdict) {
    case 'revoked':
      return new RoomError(
        'host_key_changed',
        `${where} shows the host key ${shown.fingerprint}, which known_hosts of this account marks as revoked. Nothing was sent to it.`,
        {
          hint: 'Somebody else may be answering with a stolen key. Remove the mark only if you put it there by mistake.',
          details,
        },
      );
    case 'changed':
      return new RoomError(
        'host_key_changed',
        `${where} shows another host key than before. Known: ${expected.join(', ')}. Shown: ${shown.fingerprint}. Nothing was sent to it.`,
        {
          hint: `Another machine may be answering at this address. If this one was recycled or made anew, compare the fingerprint with its log and accept it: ${accept}`,
          details,
        },
      );
    case 'unknown':
      return new RoomError(
        'host_key_unknown',
        `${where} shows the host key ${shown.fingerprint} (${shown.keyType}), and nobody has said that it is the right one. Nothing was sent to it.`,
        {
          hint: `Compare it with what the machine says of itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub in its console) and accept it: ${accept}`,
          details,
        },
      );
  }
}

export const isKeyError = (thrown: unknown): thrown is RoomError & { readonly details: KeyErrorDetails } =>
  thrown instanceof RoomError &&
  (thrown.code === 'host_key_unknown' || thrown.code === 'host_key_changed') &&
  thrown.details !== null;

/** Why nobody could sign in: no key at all, one that needs a passphrase, or keys that were not taken. */
export function refusedError(
  plan: ConnectPlan,
  endpoint: SshEndpoint,
  auth: AuthMaterial,
  refused: readonly string[],
): RoomError {
  const where = `machine ${plan.instanceId} at ${nameOf(endpoint)}`;
  const unusable = auth.unusable.map(({ name, why }) => `${name} ${why}`);
  const others = unusable.length === 0 ? '' : ` Not usable: ${unusable.join('; ')}.`;
  if (refused.length > 0)
    return new RoomError(
      'ssh_refused',
      `The SSH server of ${where} takes none of our keys as ${plan.user}: ${refused.join(', ')} refused.${others}`,
      {
        hint: 'Attach the public key to the machine (keys of an account reach only machines that are created later), or choose another key in the settings.',
        details: { reason: 'key_refused', refused: [...refused] },
      },
    );
  if (auth.unusable.some((each) => each.needsPassphrase))
    return new RoomError('ssh_refused', `No SSH key could be unlocked for ${where}.${others}`, {
      hint: 'Set the passphrase of the key in the settings, or add the key to ssh-agent.',
      details: { reason: 'passphrase_needed' },
    });
  return new RoomError('ssh_refused', `There is no SSH key to sign in to ${where} with.${others}`, {
    hint: 'Start ssh-agent with a key, name a key file in the settings, or make one: ssh-keygen -t ed25519',
    details: { reason: 'no_key' },
  });
}

export function unreachableError(message: string, hint?: string): RoomError {
  return new RoomError('ssh_unreachable', message, {
    hint: hint ?? 'A machine that has just started answers after a while. Nothing is known about what runs on it.',
  });
}

/** What to throw once a signal has fired: its own reason where that is one of ours. */
export function abortReason(signal: AbortSignal): RoomError {
  const { reason } = signal as { readonly reason: unknown };
  return reason instanceof RoomError ? reason : new RoomError('cancelled', 'Cancelled.');
}
