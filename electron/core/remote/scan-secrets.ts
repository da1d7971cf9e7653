import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { SecretScan } from '#shared/model/remote-check.ts';
import { findSecrets, maskSecret, secretValuesOf } from '#shared/rules/remote/secret-rules.ts';
import { sayFsError } from '../runs/read/fs-errors.ts';
import { globMatcher } from '../snapshots/pull/glob.ts';
import { listTree, type Tree } from './list-tree.ts';

/** What holds secrets by design: named in every answer, never skipped in silence. */
export const designedForSecrets = 'scripts/runtime_env.local';
/** What is nobody's own text. */
const foreign = /(?:^|\/)(?:\.git|node_modules|\.venv|venv|__pycache__|\.mypy_cache|\.ruff_cache|\.pytest_cache)$/;

const maxBytes = 4 * 1024 * 1024;
const maxFindings = 1000;

/**
 * Looks for secrets in every text below a folder. The excluded files are read for one thing only: a copy of one
 * of their values anywhere else is a finding as well. No secret is in the answer.
 * @throws RoomError path_missing
 */
export async function scanSecrets(
  root: string,
  options: { readonly exclude: readonly string[]; readonly signal?: AbortSignal | undefined },
): Promise<SecretScan> {
  try {
    await stat(root);
  } catch (thrown) {
    throw new RoomError('path_missing', `${root} can not be read: ${sayFsError(thrown)}`);
  }
  const tree = await listTree(root, (path) => foreign.test(path));
  const name = basename(root);
  return scanTree(tree, { ...options, name, read: (path) => readFile(join(root, path)) });
}

/** The same over files that come from elsewhere, such as a machine. @param from.name of a tree that is one file */
export async function scanTree(
  tree: Tree,
  from: {
    readonly name: string;
    readonly read: (path: string) => Promise<Buffer>;
    readonly exclude: readonly string[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<SecretScan> {
  const exclusions = [designedForSecrets, ...from.exclude];
  const excludedBy = globMatcher(exclusions);
  const isExcluded = (path: string): boolean => excludedBy(path) !== null;
  const excluded = tree.files.filter((file) => isExcluded(file.path)).map((file) => file.path);
  const guarded = new Map<string, string>();
  for (const path of excluded) {
    const text = await from.read(path).catch(() => Buffer.alloc(0));
    for (const value of secretValuesOf(text.toString('utf8'))) guarded.set(value, path);
  }

  const findings: SecretScan['findings'] = [];
  const unread: SecretScan['unread'] = [...tree.unread];
  let filesRead = 0;
  for (const file of tree.files) {
    from.signal?.throwIfAborted();
    if (excluded.includes(file.path)) continue;
    if (file.sizeBytes > maxBytes) {
      if (/\.(?:sh|py|ya?ml|json|toml|ini|env|txt|md|log|cfg|local)$/.test(file.path))
        unread.push({ path: file.path, because: `It has ${file.sizeBytes} bytes; ${maxBytes} are the most.` });
      continue;
    }
    const bytes = await from.read(file.path).catch((thrown: unknown) => sayFsError(thrown));
    if (typeof bytes === 'string') {
      unread.push({ path: file.path, because: bytes });
      continue;
    }
    // Binary: a NUL within its beginning.
    if (bytes.subarray(0, 8000).includes(0)) continue;
    filesRead += 1;
    findings.push(...findIn(file.path === '' ? from.name : file.path, bytes.toString('utf8'), guarded));
  }
  return {
    findings: findings.slice(0, maxFindings),
    findingCount: findings.length,
    filesRead,
    excluded,
    exclusions,
    unread: unread.slice(0, 100),
  };
}

function findIn(file: string, text: string, guarded: ReadonlyMap<string, string>): SecretScan['findings'] {
  const findings: SecretScan['findings'] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const copies: { readonly value: string; readonly from: string }[] = [];
    for (const [value, from] of guarded) if (line.includes(value)) copies.push({ value, from });
    for (const { value, from } of copies)
      findings.push({
        file,
        line: index + 1,
        rule: 'copy-of-excluded',
        masked: maskSecret(value),
        message: `A copy of a value of ${from}.`,
      });
    for (const secret of findSecrets(line))
      if (!copies.some(({ value }) => value.includes(secret.value) || secret.value.includes(value)))
        findings.push({
          file,
          line: index + 1,
          rule: secret.rule,
          masked: maskSecret(secret.value),
          message: `It looks like ${secret.title}.`,
        });
  }
  return findings;
}
