import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { machineChecksSchema, type MachineChecks } from '#shared/model/machine-checks.ts';
import { readConfigFile } from '../configs/load-configs.ts';

/** What a machine is held against before a run; the workspace's own file in place of the shipped one. */
export function loadMachineChecks(deps: {
  readonly configsFolder: string;
  readonly workspacePath: string;
}): MachineChecks {
  const own = join(deps.workspacePath, 'configs', 'machine-checks.yaml');
  const path = existsSync(own) ? own : join(deps.configsFolder, 'machine-checks.yaml');
  const read = readConfigFile(machineChecksSchema, path);
  if ('value' in read) return read.value;
  const { line, message } = read.faults[0]!;
  throw new RoomError('invalid_input', `${path}${line === null ? '' : `:${line}`} can not be used: ${message}`, {
    hint: 'Correct that file; until then nothing is checked by it.',
  });
}
