import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { snapshotInstanceSchema } from '#shared/model/snapshot.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';

/** How a method names a machine: one of the fleet, or an address and the name under which its files are kept. */
export type MachineInput = {
  readonly instanceId?: string | undefined;
  readonly target?:
    | { readonly host: string; readonly port: number; readonly user: string; readonly keyFile?: string | undefined }
    | undefined;
  readonly acceptNewHostKey?: boolean | undefined;
};

/** @throws RoomError invalid_input when an address gives no name for its folder. */
export function machineOf(input: MachineInput): { readonly instanceId: string; readonly target: SshTarget } {
  const { target } = input;
  const instanceId = input.instanceId ?? (target === undefined ? '' : `${target.host}-${target.port}`);
  if (!snapshotInstanceSchema.safeParse(instanceId).success) {
    throw new RoomError('invalid_input', `${JSON.stringify(instanceId)} is no name for the folder of a machine.`, {
      hint: 'Say "instanceId": letters, digits, dot, dash and underscore, 100 at most.',
    });
  }
  if (target === undefined) return { instanceId, target: { kind: 'instance', instanceId } };
  return {
    instanceId,
    target: {
      kind: 'address',
      instanceId,
      host: target.host,
      port: target.port,
      user: target.user,
      keyFile: target.keyFile ?? null,
      acceptNewHostKey: input.acceptNewHostKey ?? false,
    },
  };
}

/** `<backup root>/<instance>/room`, the part below a machine's folder that is the room's own. */
export const roomFolderOf = (backupFolder: string, instanceId: string): string =>
  join(backupFolder, instanceId, 'room');
