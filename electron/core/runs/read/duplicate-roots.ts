import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isCurrentFolderName, stageKeyOfResult } from './names.ts';
import type { FoundRunRoot } from './record.ts';
import { pathBelowWorkDir } from './snapshot-of.ts';

/**
 * Drops run roots that are only a second copy of another in the same snapshot: the old sync script copies
 * everything again to `data/outputs_legacy` when that is a link on the machine, and leaves a stray
 * `work_dir/outputs/…` when its probe was lost. A copy that differs in any result stays.
 */
export async function dropDuplicateRoots(found: readonly FoundRunRoot[]): Promise<FoundRunRoot[]> {
  const known = new Set(found.map((item) => item.root));
  const kept: FoundRunRoot[] = [];
  for (const item of found) {
    const original = originalOf(item);
    if (original !== null && known.has(original) && (await fingerprint(original)) === (await fingerprint(item.root)))
      continue;
    kept.push(item);
  }
  return kept;
}

function originalOf({ root, snapshot }: FoundRunRoot): string | null {
  if (snapshot === null) return null;
  const below = pathBelowWorkDir(snapshot.folder, root);
  if (below === null) return null;
  const workDir = join(snapshot.folder, 'work_dir');
  if (!root.startsWith(`${workDir}/`) && root !== workDir) return join(workDir, below);
  return below === '' ? null : (strayOriginal(workDir, below, snapshot.remoteWorkDir) ?? null);
}

/** The path a root would have without the stray level; null when it has none. */
function strayOriginal(workDir: string, below: string, remoteWorkDir: string | null): string | null {
  const [first, ...rest] = below.split('/');
  return first === strayName(remoteWorkDir) ? join(workDir, ...rest) : null;
}

/** Name of the level a lost probe leaves: that of the machine's work dir. */
export function strayName(remoteWorkDir: string | null): string {
  return remoteWorkDir === null ? 'outputs' : basename(remoteWorkDir);
}

/** Names, sizes and times of a run's summary and results: equal for a copy, different after any stage has run. */
async function fingerprint(root: string): Promise<string> {
  const parts: string[] = [];
  for (const name of (await readdir(root).catch((): string[] => [])).toSorted()) {
    if (name === 'pipeline_summary.json') parts.push(await sizeOf(join(root, name)));
    if (!isCurrentFolderName(name)) continue;
    const results = (await readdir(join(root, name)).catch((): string[] => [])).filter(
      (file) => stageKeyOfResult(file) !== null,
    );
    for (const file of results.toSorted()) parts.push(`${name}/${file}:${await sizeOf(join(root, name, file))}`);
  }
  return parts.join('\n');
}

async function sizeOf(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  return String(info?.size ?? 'gone');
}
