import type { ExecOptions, MachineShell, SshTarget } from '#core/ssh/machine-shell.ts';
import { RoomError } from '#shared/errors.ts';
import type { rentedMachine } from '../remote/rented-machine.ts';

/** Commands on a machine of files, in a real shell; a machine that is not there is not reached. */
export function shellOf(machines: Readonly<Record<string, ReturnType<typeof rentedMachine>>>): MachineShell & {
  cut(isCut: boolean): void;
} {
  let isCut = false;
  return {
    cut: (next) => {
      isCut = next;
    },
    async exec(target: SshTarget, command: string, options: ExecOptions = {}) {
      const machine = machines[target.instanceId];
      if (machine === undefined || isCut)
        throw new RoomError('ssh_unreachable', 'The machine does not answer over SSH.');
      const { exitCode, out, error } = await machine.command(command, String(options.input ?? ''));
      return { exitCode, signalName: null, stdout: out, stderr: error, isCut: false };
    },
    open: () => Promise.reject(new RoomError('not_supported_here', 'Not here.')),
  };
}
