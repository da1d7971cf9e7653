import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ScriptFinding } from '#shared/model/remote-check.ts';
import type { LaunchSurroundings } from '#shared/rules/remote/config-document.ts';
import { allKeys } from '#shared/rules/remote/config-keys.ts';
import { lintConfig } from '#shared/rules/remote/config-lint.ts';
import type { LintFinding } from '#shared/rules/remote/finding.ts';
import { lintScript } from '#shared/rules/remote/script-lint.ts';
import type { Handlers } from '../dispatcher.ts';
import { errnoOf, sayFsError } from '../runs/read/fs-errors.ts';
import type { LaunchHistory } from './launch-history.ts';
import { readConfig, writeConfig } from './config-files.ts';
import type { ProgramDeps } from './machine-program.ts';
import { listTree } from './list-tree.ts';
import { readPipelineConfig } from './read-config.ts';
import { scanSecrets } from './scan-secrets.ts';

type CheckMethods =
  | 'configs.lint'
  | 'configs.read'
  | 'configs.write'
  | 'configs.keys'
  | 'scripts.lint'
  | 'secrets.scan';

const maxTextBytes = 1024 * 1024;

/** The launch lint of a text, and the hash by which it is known. */
export function lintConfigText(
  text: string,
  around: LaunchSurroundings = {},
): { readonly findings: LintFinding[]; readonly hash: string; readonly mayLaunch: boolean } {
  const document = readPipelineConfig(text);
  const findings = 'faults' in document ? [...document.faults] : lintConfig(document, around);
  const hash = createHash('sha256').update(text).digest('hex');
  return { findings, hash, mayLaunch: !findings.some((it) => it.severity === 'error') };
}

export function checkHandlers(deps: ProgramDeps & { readonly history: LaunchHistory }): Pick<Handlers, CheckMethods> {
  return {
    'configs.lint': async (input) => {
      const text = 'path' in input ? await readText(input.path) : input.text;
      const document = readPipelineConfig(text);
      const known = 'faults' in document ? {} : await deps.history.about(document.value);
      return lintConfigText(text, { ...input.launch, ...known });
    },
    'configs.read': async (input) => readConfig(input, deps),
    'configs.write': async (input) => writeConfig(input),
    'configs.keys': async () => ({ items: [...allKeys()] }),
    'scripts.lint': async (input) => {
      if ('text' in input) return { findings: inFile(input.name, input.text), files: [input.name], unread: [] };
      if (!(await isFolder(input.path))) {
        const name = basename(input.path);
        return { findings: inFile(name, await readText(input.path)), files: [name], unread: [] };
      }
      const tree = await listTree(input.path, (path) =>
        /(?:^|\/)(?:\.git|node_modules|\.venv|venv|vendor)$/.test(path),
      );
      const scripts = tree.files.filter(
        (file) => /\.(?:sh|bash|py)$/.test(file.path) && file.sizeBytes <= maxTextBytes,
      );
      const findings: ScriptFinding[] = [];
      for (const { path } of scripts) findings.push(...inFile(path, await readText(join(input.path, path))));
      return {
        findings,
        files: scripts.map((it) => it.path),
        unread: tree.unread.map((it) => `${it.path}: ${it.because}`),
      };
    },
    'secrets.scan': async ({ path, exclude }) => scanSecrets(path, { exclude }),
  };
}

const inFile = (file: string, text: string): ScriptFinding[] =>
  lintScript(text, file).map((finding) => ({ file, ...finding }));

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (thrown) {
    throw cannotRead(path, thrown);
  }
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maxTextBytes)
      throw new RoomError('invalid_input', `${path} has ${size} bytes; ${maxTextBytes} are the most.`);
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof RoomError) throw thrown;
    throw cannotRead(path, thrown);
  }
}

const cannotRead = (path: string, thrown: unknown): RoomError =>
  new RoomError(
    errnoOf(thrown) === 'ENOENT' ? 'path_missing' : 'path_unreadable',
    `${path} can not be read: ${sayFsError(thrown)}`,
  );
