import { toErrorPayload } from '#shared/errors.ts';
import type { VastClient } from '../instances/vast-client.ts';

const linesToRead = 10_000;

/**
 * Host key fingerprints in a container's log, as the lease daemon writes them at each start
 * (`resources/remote/lease.sh`: its name, the uptime, `host-key`, a line of `ssh-keygen -l`).
 */
export function fingerprintsIn(log: string): readonly string[] {
  const found = log.matchAll(/^blueprint-lease \d+ host-key \d+ (SHA256:[A-Za-z0-9+/]{43})(?= )/gm);
  return [...new Set([...found].map((match) => match[1]!))];
}

/** The log comes through the provider's API and not through SSH, so it is a witness of its own. Empty when it says nothing. */
export async function readLaunchFingerprints(instanceId: string, client: VastClient): Promise<readonly string[]> {
  try {
    return fingerprintsIn(await client.readLog(instanceId, linesToRead));
  } catch (thrown) {
    if (toErrorPayload(thrown).code === 'internal') throw thrown;
    // Without a witness the key stays unknown, which is said as such.
    return [];
  }
}
