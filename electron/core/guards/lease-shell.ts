import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ExecResult, MachineShell } from '../ssh/machine-shell.ts';
import { parseLeaseStatus, type LeaseStatus } from './lease-status.ts';
import type { LeaseFailure } from './store.ts';

export type LeaseLimits = {
  readonly leaseSeconds: number;
  /** Counted anew from now; left out, it stays as it is. */
  readonly maxRunSeconds?: number;
  readonly idleSeconds?: number | 'off';
};

/** What the lease of a machine answered, or why there is no answer. */
export type LeaseAnswer =
  | { readonly kind: 'status'; readonly status: LeaseStatus }
  | { readonly kind: 'none'; readonly state: LeaseFailure['state']; readonly words: string };

/** The tool of the lease, sent to a machine over SSH: nothing of it has to be there beforehand. */
export type LeaseShell = {
  status(instanceId: string, signal?: AbortSignal): Promise<LeaseAnswer>;
  renew(instanceId: string, limits: LeaseLimits, signal?: AbortSignal): Promise<LeaseAnswer>;
  /** Tries the machine's own key from inside. @throws RoomError when the machine can not be reached. */
  drill(instanceId: string, signal?: AbortSignal): Promise<{ readonly isPassed: boolean; readonly words: string }>;
  /** Asks the daemon for a stop, as the pipeline's shutdown command does. @throws RoomError. */
  requestStop(instanceId: string, why: string, signal?: AbortSignal): Promise<void>;
};

const drillTimeoutMs = 150_000;

export function createLeaseShell(deps: { readonly shell: MachineShell; readonly remoteFolder: string }): LeaseShell {
  /** Arguments are words of ours and numbers; they are checked all the same before a shell reads them. */
  async function tool(
    instanceId: string,
    args: readonly string[],
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ExecResult> {
    const words = args.map((word) => {
      if (/^[a-z0-9]*$/.test(word)) return `'${word}'`;
      throw new RoomError('internal', 'The tool of the lease was called with something that is no plain word.');
    });
    const { timeoutMs, signal } = options;
    return deps.shell.exec({ kind: 'instance', instanceId }, `sh -s -- ${words.join(' ')}`, {
      input: await readFile(join(deps.remoteFolder, 'lease-tool.sh'), 'utf8'),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async function ask(instanceId: string, args: readonly string[], signal?: AbortSignal): Promise<LeaseAnswer> {
    let result: ExecResult;
    try {
      result = await tool(instanceId, args, { signal });
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof RoomError)) throw thrown;
      return { kind: 'none', state: 'unknown', words: thrown.message };
    }
    const status = result.exitCode === 0 ? parseLeaseStatus(result.stdout) : null;
    if (status !== null) return { kind: 'status', status };
    if (result.exitCode === 3)
      return { kind: 'none', state: 'not_armed', words: 'No lease is installed on the machine.' };
    return { kind: 'none', state: 'unknown', words: `The lease did not answer as it does: ${endOf(result)}.` };
  }

  return {
    status: (instanceId, signal) => ask(instanceId, ['status'], signal),
    renew: (instanceId, { leaseSeconds, maxRunSeconds, idleSeconds }, signal) =>
      ask(instanceId, ['renew', String(leaseSeconds), String(maxRunSeconds ?? ''), String(idleSeconds ?? '')], signal),

    async drill(instanceId, signal) {
      const result = await tool(instanceId, ['drill'], { timeoutMs: drillTimeoutMs, signal });
      if (result.exitCode === 0)
        return { isPassed: true, words: 'Its own key started it from inside, and the provider took it.' };
      if (result.exitCode === 4)
        throw new RoomError('conflict', `Machine ${instanceId} is being stopped: a drill would start it again.`);
      const missing = result.exitCode === 3 ? 'There is no lease, or no key in it. ' : '';
      const after = await ask(instanceId, ['status'], signal);
      const drill = after.kind === 'status' ? after.status.drill : '';
      return { isPassed: false, words: `${missing}${drill === '' ? endOf(result) : drill}` };
    },

    async requestStop(instanceId, why, signal) {
      const result = await deps.shell.exec(
        { kind: 'instance', instanceId },
        `sh "\${LEASE_DIR:-/root/.blueprint-lease}/lease.sh" request '${why.replaceAll(/[^a-z ]/g, '')}'`,
        signal === undefined ? {} : { signal },
      );
      if (result.exitCode !== 0)
        throw new RoomError('could_not_tell', `The daemon on machine ${instanceId} took no request: ${endOf(result)}.`);
    },
  };
}

/** How a command ended, in a few plain words; what the machine printed is cut short. */
export function endOf({ exitCode, signalName, stderr }: ExecResult): string {
  const text = stderr
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(-200);
  const end = exitCode === null ? `ended by ${signalName ?? 'a signal'}` : `exit code ${exitCode}`;
  return text === '' ? end : `${end}, ${text}`;
}
