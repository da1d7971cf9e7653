import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedError, faultOf, writeNames } from './context.ts';
import type { ListedObject, Rclone } from './rclone.ts';

/**
 * Uploads small files one after the other, in this order, and proves them by a listing. One that is there already is
 * left as it is, and must be the same.
 */
export async function proveFiles(
  files: readonly { readonly name: string; readonly text: string }[],
  staging: string,
  root: string,
  rclone: Rclone,
  signal: AbortSignal,
): Promise<void> {
  const folder = join(staging, 'snapshots');
  await mkdir(folder, { recursive: true });
  for (const { name, text } of files) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    const listFile = await writeNames(staging, 'names', [name]);
    await rclone.copy({ what: `Uploading ${name}`, from: folder, to: root, listFile, when: 'missing', signal });
  }
  const listFile = await writeNames(
    staging,
    'names',
    files.map(({ name }) => name),
  );
  const listed: ListedObject[] = [];
  await rclone.list({
    what: 'Listing the manifest',
    root,
    listFile,
    signal,
    onObject: (object) => listed.push(object),
  });
  const faults = files.flatMap(({ name, text }) => {
    const bytes = Buffer.from(text);
    const sha1 = createHash('sha1').update(bytes).digest('hex');
    const seen = listed.find((object) => object.path === name);
    // These are small and were sent in one go: the bucket has a SHA-1, or it did not take them.
    const because =
      faultOf({ sizeBytes: bytes.length, sha1 }, seen) ?? (seen?.sha1 === null ? 'It has no SHA-1.' : null);
    return because === null ? [] : [{ name, because }];
  });
  if (faults.length > 0) throw damagedError('Not mirrored', faults);
}
