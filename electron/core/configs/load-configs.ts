import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { ConfigProblem } from '#shared/model/launch-preset.ts';

export type ConfigSource = ConfigProblem['source'];
export type LoadedConfig<T> = { readonly value: T; readonly file: string; readonly source: ConfigSource };
export type LoadedConfigs<T> = {
  /** By id; a file of the workspace in place of a shipped one of the same id. */
  readonly items: readonly LoadedConfig<T>[];
  readonly problems: readonly ConfigProblem[];
};

const maxBytes = 256 * 1024;

/**
 * Reads every YAML file of one kind, shipped and of the workspace, each by its schema. A file that can not be
 * used is a problem with its place, and hides no other: not even the shipped one that it meant to replace.
 * @param folders where the kind lies: `<configs>/launch-presets` of the room and of the workspace
 */
export function loadConfigs<T extends { readonly id: string }>(
  schema: z.ZodType<T>,
  folders: Readonly<Record<ConfigSource, string>>,
): LoadedConfigs<T> {
  const problems: ConfigProblem[] = [];
  const items = new Map<string, LoadedConfig<T>>();
  for (const source of ['shipped', 'workspace'] as const) {
    const fileOf = new Map<string, string>();
    for (const file of yamlFiles(folders[source], source, problems)) {
      const read = readConfigFile(schema, join(folders[source], file));
      if ('faults' in read) {
        problems.push(...read.faults.map((fault) => ({ file, source, ...fault })));
        continue;
      }
      const { id } = read.value;
      const before = fileOf.get(id);
      if (before !== undefined) {
        problems.push({ file, source, line: null, column: null, message: `${before} has the id ${id} as well.` });
        continue;
      }
      fileOf.set(id, file);
      items.set(id, { value: read.value, file, source });
    }
  }
  return { items: [...items.values()].toSorted((a, b) => (a.value.id < b.value.id ? -1 : 1)), problems };
}

function yamlFiles(folder: string, source: ConfigSource, problems: ConfigProblem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted();
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    // A workspace needs no files of its own.
    const isFine = source === 'workspace' && code === 'ENOENT';
    if (!isFine)
      problems.push({ file: folder, source, line: null, column: null, message: `It can not be listed (${code}).` });
    return [];
  }
}

type Fault = Pick<ConfigProblem, 'line' | 'column' | 'message'>;

/** One YAML file by its schema, or what is wrong with it and where. */
export function readConfigFile<T>(
  schema: z.ZodType<T>,
  path: string,
): { readonly value: T } | { readonly faults: readonly Fault[] } {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > maxBytes) return fault(`It has ${size} bytes; ${maxBytes} are the most.`);
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    return fault(`It can not be read (${code}).`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return {
      faults: document.errors.slice(0, 5).map((error) => ({ ...placeAt(lines, error.pos[0]), message: error.message })),
    };
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch {
    return fault('Its aliases lead to more than a configuration holds.');
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data };
  return {
    faults: parsed.error.issues.slice(0, 5).map((issue) => ({
      ...placeOf(document, lines, issue.path),
      message: `${issue.path.length === 0 ? 'The file' : issue.path.map(String).join('.')}: ${issue.message}`,
    })),
  };
}

const fault = (message: string): { readonly faults: readonly Fault[] } => ({
  faults: [{ line: null, column: null, message }],
});

function placeAt(lines: LineCounter, offset: number): Pick<Fault, 'line' | 'column'> {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: null, column: null } : { line, column: col };
}

/** Where the part of a path stands; of the nearest part above it when it is not there at all. */
function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): Pick<Fault, 'line' | 'column'> {
  const keys = path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  for (let length = keys.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => String(pair.key) === String(keys[length - 1]))?.key
      : document.getIn(keys.slice(0, length), true);
    if (key !== null && typeof key === 'object' && 'range' in key && Array.isArray(key.range))
      return placeAt(lines, Number(key.range[0]));
  }
  return placeAt(lines, 0);
}
