import { readFile, realpath } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { pageFileTypes } from '#shared/rules/page-address.ts';

/**
 * A file of the built page; null when there is none. Links are followed first, and the file they end
 * at has to be inside the folder that is served, not merely its name.
 */
export async function readPageFile(
  folder: string,
  path: string,
): Promise<{ readonly bytes: Buffer<ArrayBuffer>; readonly contentType: string } | null> {
  try {
    const real = await realpath(join(folder, ...path.split('/')));
    const inside = relative(await realpath(folder), real);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
    const contentType = pageFileTypes[extname(real).toLowerCase()];
    return contentType === undefined ? null : { bytes: (await readFile(real)) as Buffer<ArrayBuffer>, contentType };
  } catch {
    return null;
  }
}
