import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ReadProblem } from '#shared/model/run.ts';
import { isLoose, objectOf, objectsOf } from '#shared/rules/loose.ts';
import type { NamedPrompt } from '#shared/rules/prompt-origin.ts';
import { namedPrompt } from './prompts.ts';

export type ConfigVariants = { readonly file: string; readonly variants: readonly NamedPrompt[] };

const maxBytes = 1_000_000;

/**
 * The prompt variants of the pipeline's configuration, when a YAML with an `enrich` section lies in the run
 * folder or beside it in the snapshot. Null when none does: the pipeline itself copies none there.
 */
export async function readConfigVariants(
  folders: readonly string[],
  problems: ReadProblem[],
): Promise<ConfigVariants | null> {
  for (const folder of folders) {
    const names = (await readdir(folder).catch((): string[] => [])).filter((name) => /\.ya?ml$/.test(name)).toSorted();
    for (const name of names) {
      const path = join(folder, name);
      try {
        if ((await stat(path)).size > maxBytes) continue;
        const config: unknown = parse(await readFile(path, 'utf8'));
        const enrich = isLoose(config) ? objectOf(config, 'enrich') : null;
        if (enrich !== null) return { file: name, variants: objectsOf(enrich, 'variants').flatMap(namedPrompt) };
      } catch {
        problems.push({
          path: name,
          code: 'unreadable',
          message: 'The YAML could not be read, so it was not used to tell where prompts came from.',
        });
      }
    }
  }
  return null;
}
