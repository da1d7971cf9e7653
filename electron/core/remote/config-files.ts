import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { fileError } from '../media/file-error.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import type { ProgramDeps } from './machine-program.ts';
import { readMachineTree } from './machine-tree.ts';

const maxTextBytes = 256 * 1024;

const hashOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/**
 * The text of a configuration, from this computer or from a checkout on a machine.
 * @throws RoomError path_missing, path_unreadable, invalid_input for what is no text of a configuration, and what SSH
 * throws
 */
export async function readConfig(
  input: MethodParsedInput<'configs.read'>,
  deps: ProgramDeps,
): Promise<MethodOutput<'configs.read'>> {
  if ('instanceId' in input) {
    const { target } = machineOf(input);
    const only = `^${input.path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`;
    const tree = await readMachineTree(deps, target, { root: input.checkout, only });
    const hash = tree.hashOf(input.path);
    if (hash === null)
      throw new RoomError('path_missing', `There is no ${input.path} in ${input.checkout} on the machine.`, {
        hint: 'The path is below the checkout, such as configs/interiorgs_kitchen_0787.cloud.yaml.',
      });
    const bytes = await tree.read(input.path);
    return { path: input.path, text: textOf(bytes, input.path), hash };
  }
  const bytes = await readWhole(input.path);
  return { path: input.path, text: textOf(bytes, input.path), hash: hashOf(bytes) };
}

/**
 * Writes a configuration on this computer. What stands there is not written over unless it is what the writer has read
 * (`expectedHash`), and is kept beside it under another name.
 * @throws RoomError conflict when the file is another one than the writer knows; disk_full, path_missing,
 * path_unreadable
 */
export async function writeConfig({
  path,
  text,
  expectedHash,
}: MethodParsedInput<'configs.write'>): Promise<MethodOutput<'configs.write'>> {
  const before = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw fileError(path, error);
  });
  if (before !== null && expectedHash === null)
    throw new RoomError('conflict', `${path} is there already. Nothing was written.`, {
      hint: 'Open it first, or write under another name.',
    });
  if (before !== null && hashOf(before) !== expectedHash)
    throw new RoomError('conflict', `${path} was changed since it was read here. Nothing was written.`, {
      hint: 'Read it again and make the change there, or write under another name.',
    });
  const staged = join(dirname(path), `.${basename(path)}.room-new`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await rm(staged, { force: true });
    const file = await open(staged, 'wx');
    await file.writeFile(text);
    await file.sync();
    await file.close();
    const keptAs = before === null ? null : await keepBeside(path);
    if (before === null)
      // Another one may have come since: a link refuses, where a rename would not.
      await link(staged, path);
    else await rename(staged, path);
    return { path, hash: hashOf(text), keptAs };
  } catch (error) {
    throw error instanceof RoomError ? error : fileError(path, error);
  } finally {
    await rm(staged, { force: true });
  }
}

async function keepBeside(path: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const kept = `${path}.before-${count}`;
    try {
      await copyFile(path, kept, constants.COPYFILE_EXCL);
      return kept;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maxTextBytes)
      throw new RoomError('invalid_input', `${path} has ${size} bytes; ${maxTextBytes} are the most.`);
    return await readFile(path);
  } catch (error) {
    throw error instanceof RoomError ? error : fileError(path, error);
  }
}

function textOf(bytes: Buffer, path: string): string {
  if (bytes.length > maxTextBytes)
    throw new RoomError('invalid_input', `${path} has ${bytes.length} bytes; ${maxTextBytes} are the most.`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RoomError('invalid_input', `${path} is no UTF-8 text, so it is no configuration.`, {
      hint: 'Choose the YAML file of a run.',
    });
  }
}
