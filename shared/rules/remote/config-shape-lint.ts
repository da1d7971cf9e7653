import { mappingOf, type ConfigDocument } from './config-document.ts';
import { keysOf, nearestKey, openSections, type KeyKind } from './config-keys.ts';
import type { LintFinding } from './finding.ts';
import { findSecrets, maskSecret } from './secret-rules.ts';

/**
 * What the pipeline's loader takes without a word: keys that it does not know, switches in quotes (any text is
 * true), numbers that are none, values nobody filled in (facts of the pipeline, section 7).
 */
export function lintConfigShape(document: ConfigDocument): LintFinding[] {
  const findings: LintFinding[] = [];
  walk('', [], document.value, document, findings);
  return findings;
}

function walk(
  section: string,
  path: readonly (string | number)[],
  value: unknown,
  document: ConfigDocument,
  findings: LintFinding[],
): void {
  const known = section === 'facilities' ? null : keysOf(section);
  for (const [key, item] of Object.entries(mappingOf(value))) {
    const inside = [...path, key];
    const at = document.at(inside);
    const kind = known?.get(key);
    if (section !== 'facilities') findings.push(...judgeKey({ key, section, kind, known, item, at }));
    if (openSections.has(key) && section === '') continue;
    const inner = section === '' ? key : `${section}.${key}`;
    if (keysOf(inner) !== null || inner === 'facilities') walk(inner, inside, item, document, findings);
    else lookAtTexts(inside, item, document, findings);
  }
}

type SeenKey = {
  readonly key: string;
  readonly section: string;
  readonly kind: KeyKind | undefined;
  readonly known: ReadonlyMap<string, KeyKind> | null;
  readonly item: unknown;
  readonly at: { readonly line: number | null; readonly key: string };
};

function judgeKey(seen: SeenKey): LintFinding[] {
  const { key, section, kind, known, item, at } = seen;
  const name = section === '' ? key : `${section}.${key}`;
  const finding = (rest: Omit<LintFinding, 'line' | 'key' | 'incident'>): LintFinding => ({
    ...at,
    incident: null,
    ...rest,
  });
  if (known === null) return [];
  if (kind === undefined) {
    if (section === '' && openSections.has(key)) return [];
    const near = nearestKey(key, known.keys());
    return [
      finding({
        rule: 'unknown-key',
        severity: near === null ? 'warning' : 'error',
        message: `The pipeline does not read ${name}: it is ignored without a word.`,
        fix: near === null ? 'Take it out, or check its name and its section.' : `Write ${near}.`,
      }),
    ];
  }
  if (kind === 'switch' && typeof item === 'string')
    return [
      finding({
        rule: 'quoted-boolean',
        severity: 'error',
        message: `${name} is the text "${item.slice(0, 20)}", and any text counts as true.`,
        fix: `Write ${/^(?:false|no|off|0)$/i.test(item) ? 'false' : 'true'} without quotes.`,
      }),
    ];
  if (kind === 'switch' && typeof item !== 'boolean' && item !== null)
    return [
      finding({
        rule: 'wrong-type',
        severity: 'error',
        message: `${name} is a switch and not ${typeOf(item)}.`,
        fix: 'Write true or false.',
      }),
    ];
  if (kind === 'number' && item !== null && (typeof item !== 'number' || !Number.isFinite(item)))
    return [
      finding({
        rule: 'wrong-type',
        severity: 'error',
        message: `${name} is a number and not ${typeOf(item)}.`,
        fix: 'Write a plain number, without quotes and units.',
      }),
    ];
  if (kind === 'section' && item !== null && (typeof item !== 'object' || Array.isArray(item)))
    return [
      finding({
        rule: 'wrong-type',
        severity: 'error',
        message: `${name} is a section and not ${typeOf(item)}.`,
        fix: 'Give it keys of its own, or take it out.',
      }),
    ];
  return [];
}

function typeOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'not-a-number or infinity';
  return typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'a switch' : 'a section';
}

const standIn =
  /^(?:todo|tbd|fixme|xxx+|change[-_ ]?me|replace[-_ ]?me|fill[-_ ]?me)\b|^<[^<>]+>$|\/path\/to\/|\byour[-_](?:[a-z]+)|^\$\{?[A-Z_]+\}?$/i;

/** Texts in lists and mappings of their own: prompts, tasks, paths. */
function lookAtTexts(
  path: readonly (string | number)[],
  value: unknown,
  document: ConfigDocument,
  findings: LintFinding[],
): void {
  if (typeof value === 'string') {
    const at = document.at(path);
    const name = path.join('.');
    if (standIn.test(value.trim()))
      findings.push({
        rule: 'placeholder',
        severity: 'error',
        incident: null,
        ...at,
        message: `${name} is still the stand-in "${value.trim().slice(0, 60)}".`,
        fix: 'Put the real value in its place.',
      });
    for (const secret of findSecrets(value))
      findings.push({
        rule: 'secret',
        severity: 'error',
        incident: '3',
        ...at,
        message: `${name} holds ${secret.title}: ${maskSecret(secret.value)}.`,
        fix: 'Keep it in scripts/runtime_env.local on the machine, and give it back to whoever issued it.',
      });
  } else if (Array.isArray(value))
    value.forEach((item: unknown, index) => lookAtTexts([...path, index], item, document, findings));
  else
    for (const [key, item] of Object.entries(mappingOf(value))) lookAtTexts([...path, key], item, document, findings);
}
