import { RoomError } from '#shared/errors.ts';
import type { SshSight, SshState } from '#shared/model/ssh.ts';
import type { SshTarget } from './machine-shell.ts';
import type { ShellPool } from './pool.ts';

/**
 * Host uptime, and when the first process of the container began, in ticks after the host did: a container's
 * own /proc/uptime tells of the host.
 */
const uptimeCommand = 'cat /proc/uptime; cat /proc/1/stat; getconf CLK_TCK';
const probeTimeoutMs = 15_000;

const states: Readonly<Record<string, SshState>> = {
  ssh_unreachable: 'silent',
  could_not_tell: 'silent',
  ssh_refused: 'refused',
  host_key_unknown: 'key_unknown',
  host_key_changed: 'key_changed',
};

/**
 * Knocks, signs in and reads round trip and uptime. A door that stays shut is an answer.
 * @throws RoomError not_found, cancelled, or why the address of the machine can not be read.
 */
export async function probeMachine(
  shell: ShellPool,
  target: SshTarget,
  signal?: AbortSignal,
): Promise<Omit<SshSight, 'at'>> {
  try {
    const options = { timeoutMs: probeTimeoutMs, ...(signal === undefined ? {} : { signal }) };
    const { stdout } = await shell.exec(target, uptimeCommand, options);
    const connection = await shell.connected(target, signal);
    const roundTripMs = Math.round((await connection.ping()) * 10) / 10;
    const { kind, host, port } = connection.endpoint;
    return {
      state: 'answers',
      roundTripMs,
      upSeconds: parseUptime(stdout),
      because: `It answers at ${host}:${port} (${kind}) with its known host key.`,
    };
  } catch (thrown) {
    if (!(thrown instanceof RoomError)) throw thrown;
    const state = states[thrown.code];
    if (state === undefined) throw thrown;
    return { state, roundTripMs: null, upSeconds: null, because: thrown.message };
  }
}

/** Seconds since the container started; null where the machine does not tell (it is no Linux). */
export function parseUptime(text: string): number | null {
  const [uptime, stat, ticksPerSecond] = text.split('\n');
  const hostSeconds = Number(uptime?.split(' ')[0]);
  // The name of the process stands in parentheses and may hold spaces; field 22 is the 20th after it.
  const startTicks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const seconds = hostSeconds - startTicks / Number(ticksPerSecond);
  return text !== '' && Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds) : null;
}
