import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReadProblem } from '#shared/model/run.ts';
import { isLoose, type Loose } from '#shared/rules/loose.ts';
import { errnoOf, sayFsError } from './fs-errors.ts';
import { parseLooseJson } from './loose-json.ts';
import type { ReadSettings } from './options.ts';

/**
 * Reads one JSON file of a run folder as an object. Null when it is missing, or when it could not be read:
 * then a problem is added. A file that ends too early is read once more after a short wait, because the
 * pipeline (at its baseline) writes in place and a copy may have caught it in the middle.
 */
export async function readJsonObject(
  root: string,
  path: string,
  settings: ReadSettings,
  problems: ReadProblem[],
): Promise<Loose | null> {
  const first = await readOnce(root, path, settings);
  let outcome = first;
  if (first.kind === 'problem' && first.mayHeal) {
    await wait(settings.retryDelayMs, undefined, settings.signal === undefined ? {} : { signal: settings.signal });
    outcome = await readOnce(root, path, settings);
  }
  if (outcome.kind === 'missing') return null;
  if (outcome.kind === 'problem') {
    problems.push(outcome.problem);
    return null;
  }
  return outcome.value;
}

type Outcome =
  | { readonly kind: 'read'; readonly value: Loose }
  | { readonly kind: 'missing' }
  | { readonly kind: 'problem'; readonly problem: ReadProblem; readonly mayHeal: boolean };

async function readOnce(root: string, path: string, settings: ReadSettings): Promise<Outcome> {
  settings.signal?.throwIfAborted();
  const problem = (code: ReadProblem['code'], message: string, mayHeal = false): Outcome => ({
    kind: 'problem',
    problem: { path, code, message },
    mayHeal,
  });
  try {
    const full = join(root, path);
    const info = await stat(full);
    if (!info.isFile()) return problem('unexpected_shape', 'A file was expected here.');
    if (info.size > settings.maxJsonBytes) {
      return problem(
        'too_large',
        `${sayMb(info.size)} of JSON is over the limit of ${sayMb(settings.maxJsonBytes)}; it was not read.`,
      );
    }
    const text = await readText(full, info.size, settings.signal);
    if (text.length === 0) return problem('empty_file', 'The file is empty (0 bytes).', true);
    const parsed = parseLooseJson(text);
    if (!parsed.ok && parsed.fault === 'half_written') {
      return problem(
        'half_written',
        `The file ends too early after ${info.size} bytes, as if it was copied while being written.`,
        true,
      );
    }
    if (!parsed.ok) return problem('not_json', `The file is not JSON: ${parsed.message}`, true);
    if (!isLoose(parsed.value)) return problem('unexpected_shape', 'The file holds JSON, but no object.');
    return { kind: 'read', value: parsed.value };
  } catch (error) {
    settings.signal?.throwIfAborted();
    if (errnoOf(error) === 'ENOENT') return { kind: 'missing' };
    return problem('unreadable', sayFsError(error));
  }
}

/** Reads at most `size` bytes, so that a file that grows meanwhile cannot grow past the limit. */
async function readText(path: string, size: number, signal: AbortSignal | undefined): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(size);
    let filled = 0;
    while (filled < size) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, filled, Math.min(4 * 1024 * 1024, size - filled), filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.toString('utf8', 0, filled);
  } finally {
    await handle.close();
  }
}

function sayMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
