import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { leaseRequestCommand } from '#shared/rules/shutdown-command.ts';
import type { ExecResult, MachineShell } from '../ssh/machine-shell.ts';
import { endOf } from './lease-shell.ts';

/** The shutdown command in the pipeline's `scripts/runtime_env.local` on a machine. */
export type ShutdownEnv = {
  /** As the pipeline gets it, by sourcing; null when it is not set. Never logged: it may hold a key. @throws RoomError. */
  read(instanceId: string, checkout: string, signal?: AbortSignal): Promise<string | null>;
  /** Makes it ask the lease for a stop, and reads it back. @throws RoomError, with the file as it was. */
  write(instanceId: string, checkout: string, signal?: AbortSignal): Promise<{ readonly backupPath: string | null }>;
};

export const pathOfEnv = (checkout: string): string => `${checkout}/scripts/runtime_env.local`;

export function createShutdownEnv(deps: { readonly shell: MachineShell; readonly remoteFolder: string }): ShutdownEnv {
  async function run(
    instanceId: string,
    args: readonly [verb: 'read' | 'write', checkout: string, command?: string],
    signal?: AbortSignal,
  ): Promise<ExecResult> {
    const words = args.map((word) => {
      if (word !== undefined && /^[\w ./-]+$/.test(word)) return `'${word}'`;
      throw new RoomError('invalid_input', 'The path of the checkout has characters that no shell should see.');
    });
    return deps.shell.exec({ kind: 'instance', instanceId }, `sh -s -- ${words.join(' ')}`, {
      input: await readFile(join(deps.remoteFolder, 'shutdown-env.sh'), 'utf8'),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  return {
    async read(instanceId, checkout, signal) {
      const result = await run(instanceId, ['read', checkout], signal);
      if (result.exitCode === 5) return null;
      if (result.exitCode !== 0) throw failure(instanceId, checkout, result);
      const set = lineOf(result.stdout, 'set');
      if (set !== null) return set;
      if (/^missing$/m.test(result.stdout)) return null;
      throw failure(instanceId, checkout, result);
    },

    async write(instanceId, checkout, signal) {
      const result = await run(instanceId, ['write', checkout, leaseRequestCommand], signal);
      if (result.exitCode !== 0) throw failure(instanceId, checkout, result);
      if (lineOf(result.stdout, 'wrote') !== leaseRequestCommand) throw failure(instanceId, checkout, result);
      const backup = lineOf(result.stdout, 'backup');
      return { backupPath: backup === '' ? null : backup };
    },
  };
}

/** A word and a text in base64; null when there is no such line. */
function lineOf(text: string, word: string): string | null {
  const found = new RegExp(`^${word} ?([A-Za-z0-9+/=]*)$`, 'm').exec(text);
  return found === null ? null : Buffer.from(found[1] ?? '', 'base64').toString('utf8');
}

function failure(instanceId: string, checkout: string, result: ExecResult): RoomError {
  const path = pathOfEnv(checkout);
  if (result.exitCode === 4)
    return new RoomError('path_missing', `There is no ${checkout}/scripts on machine ${instanceId}.`, {
      hint: 'Say where the pipeline is checked out: "checkout": "/path".',
    });
  if (result.exitCode === 6)
    return new RoomError(
      'could_not_tell',
      `${path} on machine ${instanceId} does not read back as it was written. It is as it was.`,
      {
        hint: 'Something in that file hides a line at its end. Look at it on the machine.',
      },
    );
  return new RoomError('tool_failed', `${path} on machine ${instanceId} could not be used: ${endOf(result)}.`);
}
