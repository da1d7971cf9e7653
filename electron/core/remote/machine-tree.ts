import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import type { Tree } from './list-tree.ts';
import { askProgram, type ProgramDeps } from './machine-program.ts';

const maxFileBytes = 4 * 1024 * 1024;
const maxTotalBytes = 48 * 1024 * 1024;

const schema = z.object({
  v: z.literal(1),
  isThere: z.boolean(),
  files: z.array(
    z.object({
      path: z.string(),
      sizeBytes: z.number(),
      sha256: z.string().nullable(),
      data: z.string().nullable(),
    }),
  ),
  unread: z.array(z.object({ path: z.string(), because: z.string() })),
});

export type MachineTree = Tree & {
  /** Of a text; nothing of it touches the disk of this computer. Empty for a binary. */
  readonly read: (path: string) => Promise<Buffer>;
  /** Null when it was too large to be looked at. */
  readonly hashOf: (path: string) => string | null;
};

/**
 * The texts of a checkout on a machine, without what is nobody's own (.git, vendor, environments).
 * @param only a regular expression on relative paths
 * @throws RoomError of the connection, path_missing when the folder is not there
 */
export async function readMachineTree(
  deps: ProgramDeps,
  target: SshTarget,
  from: { readonly root: string; readonly only: string | null; readonly signal?: AbortSignal | undefined },
): Promise<MachineTree> {
  const told = await askProgram(deps, target, {
    program: 'read-tree.py',
    schema,
    input: { root: from.root, only: from.only, maxFileBytes, maxTotalBytes },
    what: `the files of ${from.root}`,
    maxBytes: 2 * maxTotalBytes,
    signal: from.signal,
  });
  if (!told.isThere)
    throw new RoomError('path_missing', `There is no folder ${from.root} on the machine.`, {
      hint: 'Say where the pipeline is checked out: "checkout".',
    });
  const byPath = new Map(told.files.map((file) => [file.path, file]));
  return {
    files: told.files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    unread: told.unread,
    read: async (path) => Buffer.from(byPath.get(path)?.data ?? '', 'base64'),
    hashOf: (path) => byPath.get(path)?.sha256 ?? null,
  };
}
