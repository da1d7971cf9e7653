import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { objectNameOf } from './pieces.ts';

export type RestoreFile = {
  /** Below the target; checked to stay there by the manifest's schema. */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly pieces: readonly string[];
};

const chunkBytes = 1024 * 1024;

/**
 * Puts files together from downloaded objects and compares each with the manifest's SHA-256. Runs in a worker.
 * @throws RoomError file_damaged when the bytes are others: nothing under the real name is left then.
 */
export async function restoreFiles(
  input: { readonly objects: string; readonly target: string; readonly files: readonly RestoreFile[] },
  signal: AbortSignal,
): Promise<void> {
  const placed = new Map<string, string>();
  for (const file of input.files) {
    signal.throwIfAborted();
    const target = join(input.target, file.path);
    await mkdir(dirname(target), { recursive: true });
    const twin = placed.get(file.sha256);
    if (twin === undefined) await assemble(input.objects, target, file, signal);
    else {
      // Not a link: linked files share their times, and these may differ.
      await rm(target, { force: true });
      await copyFile(twin, target);
    }
    await setTimes(target, file.mtimeNs);
    await chmod(target, 0o444);
    placed.set(file.sha256, target);
  }
}

async function assemble(objects: string, target: string, file: RestoreFile, signal: AbortSignal): Promise<void> {
  const partial = `${target}.room-part`;
  await rm(partial, { force: true });
  const hash = createHash('sha256');
  const output = await open(partial, 'wx', 0o600);
  let sizeBytes = 0;
  try {
    for (const piece of file.pieces) {
      const source = await openObject(join(objects, objectNameOf(piece)), file.path);
      try {
        const buffer = Buffer.allocUnsafe(chunkBytes);
        for (;;) {
          signal.throwIfAborted();
          const { bytesRead } = await source.read(buffer, 0, chunkBytes, null);
          if (bytesRead === 0) break;
          hash.update(buffer.subarray(0, bytesRead));
          await output.write(buffer.subarray(0, bytesRead));
          sizeBytes += bytesRead;
        }
      } finally {
        await source.close();
      }
    }
    await output.sync();
  } finally {
    await output.close();
  }
  if (sizeBytes !== file.sizeBytes || hash.digest('hex') !== file.sha256) {
    await rm(partial, { force: true });
    throw new RoomError(
      'file_damaged',
      `${file.path} came back from the bucket with other bytes than its manifest says.`,
      {
        hint: 'Check the mirror: a damaged object can be repaired from a computer that has the snapshot.',
        details: { path: file.path, objects: file.pieces },
      },
    );
  }
  await rename(partial, target);
}

async function openObject(path: string, forFile: string) {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new RoomError('file_missing', `An object that ${forFile} is made of did not come from the bucket.`, {
      hint: 'Check the mirror: what is missing can be repaired from a computer that has the snapshot.',
      cause,
    });
  }
}

/** Times of this system have microseconds; the manifest keeps every digit. */
async function setTimes(path: string, mtimeNs: string): Promise<void> {
  const seconds = Number(BigInt(mtimeNs) / 1000n) / 1_000_000;
  await utimes(path, seconds, seconds);
}
