import { posix } from 'node:path';
import { parseSync, type ParseResult } from 'oxc-parser';

export type Import = {
  /** As written. */
  readonly specifier: string;
  /** True when only types are taken, which leaves nothing at run time. */
  readonly typeOnly: boolean;
};

/** Every import of a module: static, re-exported, dynamic, and a worker's `new URL('…', import.meta.url)`. */
export function importsOf(path: string, source: string): readonly Import[] {
  const { module } = parse(path, source);
  const found: Import[] = [];
  for (const each of module.staticImports) {
    const typeOnly = each.entries.length > 0 && each.entries.every((entry) => entry.isType);
    found.push({ specifier: each.moduleRequest.value, typeOnly });
  }
  for (const each of module.staticExports) {
    for (const entry of each.entries) {
      if (entry.moduleRequest !== null) found.push({ specifier: entry.moduleRequest.value, typeOnly: entry.isType });
    }
  }
  for (const each of module.dynamicImports) {
    const text = source.slice(each.moduleRequest.start, each.moduleRequest.end);
    const literal = /^(['"])(.*)\1$/.exec(text)?.[2];
    if (literal !== undefined) found.push({ specifier: literal, typeOnly: false });
  }
  for (const each of source.matchAll(/new URL\(\s*(['"])(\.[^'"]+\.[cm]?[jt]sx?)\1,\s*import\.meta\.url/g)) {
    found.push({ specifier: each[2] ?? '', typeOnly: false });
  }
  return found;
}

export function hasDefaultExport(path: string, source: string): boolean {
  return parse(path, source).module.staticExports.some((each) =>
    each.entries.some((entry) => (entry.exportName.kind as string) === 'Default'),
  );
}

/** The first statement of a module that does something when the module is loaded, or null. */
export function workAtImport(path: string, source: string): string | null {
  const idle = /^(?:Import|Export|TS|Class|Function|Variable)/;
  for (const statement of parse(path, source).program.body) {
    const text = source.slice(statement.start, statement.end);
    const awaits = statement.type === 'VariableDeclaration' && /=\s*await\s/.test(text);
    if (!idle.test(statement.type) || awaits) return text.split('\n')[0] ?? text;
  }
  return null;
}

export type Target =
  | { readonly kind: 'file'; readonly path: string; readonly byAlias: boolean }
  | { readonly kind: 'node' }
  | { readonly kind: 'package'; readonly name: string };

/** What a specifier names. Vite's suffixes (`?worker`, `?url`) do not change the file. */
export function targetOf(importer: string, specifier: string): Target {
  const plain = specifier.replace(/\?.*$/, '');
  if (plain.startsWith('node:')) return { kind: 'node' };
  if (plain.startsWith('#shared/')) return { kind: 'file', path: plain.slice(1), byAlias: true };
  if (plain.startsWith('#core/')) return { kind: 'file', path: `electron/${plain.slice(1)}`, byAlias: true };
  if (plain.startsWith('.')) {
    return { kind: 'file', path: posix.join(posix.dirname(importer), plain), byAlias: false };
  }
  const parts = plain.split('/');
  return { kind: 'package', name: parts.slice(0, plain.startsWith('@') ? 2 : 1).join('/') };
}

function parse(path: string, source: string): ParseResult {
  const result = parseSync(path, source);
  const fault = result.errors[0];
  if (fault !== undefined) throw new Error(`${path} can not be parsed: ${fault.message}`);
  return result;
}
