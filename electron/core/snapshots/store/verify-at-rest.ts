import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotManifestSchema, type ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { escapeBytes } from '#shared/rules/plan-names.ts';
import { hashFile } from '../../media/media-id.ts';
import { manifestName } from './layout.ts';

export type Damage = { readonly path: string; readonly why: string };
export type AtRest = {
  readonly checkedFiles: number;
  readonly checkedBytes: number;
  readonly damaged: readonly Damage[];
};

/** Reads every file of a snapshot and compares it with the manifest, and the manifest with what is known of it. */
export async function verifySnapshot(
  input: { readonly path: string; readonly manifestSha256: string | null },
  signal: AbortSignal,
  onProgress: (done: { readonly bytes: number; readonly totalBytes: number }) => Promise<void>,
): Promise<AtRest> {
  const damaged: Damage[] = [];
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(input.path, manifestName));
  } catch (thrown) {
    return { checkedFiles: 0, checkedBytes: 0, damaged: [{ path: manifestName, why: sayError(thrown) }] };
  }
  if (input.manifestSha256 !== null && createHash('sha256').update(bytes).digest('hex') !== input.manifestSha256)
    damaged.push({ path: manifestName, why: 'It is not the manifest that was stored.' });
  const parsed = snapshotManifestSchema.safeParse(parseJson(bytes));
  if (!parsed.success)
    return { checkedFiles: 0, checkedBytes: 0, damaged: [{ path: manifestName, why: 'It can not be read.' }] };
  const { files, totals } = parsed.data;
  let checkedFiles = 0;
  let checkedBytes = 0;
  let toldBytes = 0;
  for (const row of files) {
    signal.throwIfAborted();
    const why = await checkRow(join(input.path, row.path), row, signal);
    if (why !== null) damaged.push({ path: row.path, why });
    if (row.kind !== 'file') continue;
    checkedFiles += 1;
    checkedBytes += row.sizeBytes;
    if (checkedBytes - toldBytes < 64 * 1024 * 1024) continue;
    toldBytes = checkedBytes;
    await onProgress({ bytes: checkedBytes, totalBytes: totals.totalBytes });
  }
  return { checkedFiles, checkedBytes, damaged };
}

/** What is wrong with a file; null when nothing is. */
async function checkRow(path: string, row: ManifestFile, signal: AbortSignal): Promise<string | null> {
  try {
    const info = lstatSync(path);
    if (row.kind === 'dir') return info.isDirectory() ? null : 'It is no folder any more.';
    if (row.kind === 'symlink') {
      if (!info.isSymbolicLink()) return 'It is no link any more.';
      const target = escapeBytes(readlinkSync(path, { encoding: 'buffer' }).toString('latin1'));
      return target === row.linkTarget ? null : 'It points elsewhere than it did.';
    }
    if (!info.isFile()) return 'It is no file any more.';
    if (info.size !== row.sizeBytes) return `It has ${info.size} bytes and had ${row.sizeBytes}.`;
    return (await hashFile(path, signal)) === row.sha256 ? null : 'Its content is not what was stored.';
  } catch (thrown) {
    signal.throwIfAborted();
    return sayError(thrown);
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

const sayError = (thrown: unknown): string => {
  const code = (thrown as NodeJS.ErrnoException).code;
  return code === 'ENOENT' ? 'It is missing.' : `It can not be read (${code ?? 'unknown'}).`;
};
