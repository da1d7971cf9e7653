import type { MethodOutput } from '#shared/contract/index.ts';
import type { LintFinding } from '#shared/rules/remote/finding.ts';

export type ConfigKey = MethodOutput<'configs.keys'>['items'][number];

const keyLine = /^(\s*)([A-Za-z_][\w-]*):/;

/**
 * The text with the fix of a finding put in, where the fix is a plain value for the key on its line; null where a
 * person has to do it.
 */
export function applyFix(text: string, finding: Pick<LintFinding, 'line' | 'key' | 'fix'>): string | null {
  const said = /^Write (?:([\w.]+): )?("?[\w.-]+"?)\.?(?=[\s,.]|$)/.exec(finding.fix);
  if (said === null || finding.line === null || finding.key === null) return null;
  const [, named, value] = said;
  const key = (named ?? finding.key).split('.').at(-1)!;
  const lines = text.split('\n');
  const line = lines[finding.line - 1];
  const found =
    line === undefined ? null : new RegExp(String.raw`^(\s*${key}:\s*)([^#\s][^#]*?)?(\s*#.*)?$`).exec(line);
  if (found === null || finding.key.split('.').at(-1) !== key) return null;
  lines[finding.line - 1] = `${found[1]!.replace(/:\s*$/, ': ')}${value!.replace(/\.$/, '')}${found[3] ?? ''}`;
  return lines.join('\n');
}

/** The section that a line stands in, as the list of keys names it; the indentation tells. */
export function sectionAt(lines: readonly string[], at: number): string {
  const parts: string[] = [];
  let indent = /^\s*/.exec(lines[at] ?? '')![0].length;
  for (let above = at - 1; above >= 0 && indent > 0; above -= 1) {
    const found = keyLine.exec(lines[above]!);
    if (found === null || found[1]!.length >= indent) continue;
    parts.unshift(found[2]!);
    indent = found[1]!.length;
  }
  // Names of facilities are anybody's: the keys of all of them are the same.
  return parts.map((part, place) => (place === 1 && parts[0] === 'facilities' ? '*' : part)).join('.');
}

/** Keys that may stand at the caret and begin as what is typed there; none within a value or a comment. */
export function completionsAt(text: string, caret: number, keys: readonly ConfigKey[]): readonly ConfigKey[] {
  const before = text.slice(0, caret).split('\n');
  const typed = /^\s*([A-Za-z_][\w-]*)$/.exec(before.at(-1)!)?.[1];
  if (typed === undefined) return [];
  const section = sectionAt(before, before.length - 1);
  const prefix = section === '' ? '' : `${section}.`;
  return keys
    .filter(({ key }) => key.startsWith(`${prefix}${typed}`) && !key.slice(prefix.length).includes('.'))
    .filter(({ key }) => key !== `${prefix}${typed}`)
    .slice(0, 8);
}

/** The last part of a key: what is written on a line. */
export const shortOf = ({ key }: ConfigKey): string => key.split('.').at(-1)!;

/** The text with a key completed at the caret, and where the caret stands then. */
export function complete(
  text: string,
  caret: number,
  key: ConfigKey,
): { readonly text: string; readonly caret: number } {
  const typed = /[\w-]*$/.exec(text.slice(0, caret))![0];
  const put = `${shortOf(key)}:${key.kind === 'section' ? '' : ' '}`;
  const start = caret - typed.length;
  return { text: `${text.slice(0, start)}${put}${text.slice(caret)}`, caret: start + put.length };
}

/** Where a line begins in the text, and where it ends. Lines count from 1. */
export function lineRange(text: string, line: number): readonly [number, number] {
  const lines = text.split('\n');
  const at = Math.max(1, Math.min(line, lines.length));
  const start = lines.slice(0, at - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return [start, start + lines[at - 1]!.length];
}
