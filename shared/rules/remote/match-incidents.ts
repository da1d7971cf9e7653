import type { Incident, IncidentEvidence, IncidentMatch } from '../../model/incident.ts';
import { maskSecrets } from './secret-rules.ts';

const keptEvidence = 5;
const maxTextLength = 300;
/** The end of an error says what it is: a line of megabytes is looked at from both ends. */
const maxLookLength = 16_000;
const nearLines = 3;

export type IncidentMatcher = {
  /** Takes the next line of a log. */
  line(source: string, line: number, text: string): void;
  /** Takes the name of a failed check, or a rule of the lint. */
  check(name: string, detail: string): void;
  rule(rule: string, source: string, line: number | null, message: string): void;
  /** What was met so far, in the order of the memory. */
  matches(): IncidentMatch[];
};

type Compiled = { readonly log: RegExp; readonly near: RegExp | null };

/**
 * Holds lines against the signatures of the operations memory. A line that the pipeline wrote twice about one
 * failure (a stage that raised, and then failed) counts once: the same text does not count again.
 */
export function createIncidentMatcher(incidents: readonly Incident[]): IncidentMatcher {
  const compiled = incidents.map((incident) =>
    incident.signatures.flatMap(({ log, near }): Compiled[] =>
      log === undefined ? [] : [{ log: new RegExp(log), near: near === undefined ? null : new RegExp(near) }],
    ),
  );
  const found = new Map<string, { count: number; evidence: IncidentEvidence[]; seen: Set<string> }>();
  const before: { source: string; text: string }[] = [];

  const add = (id: string, evidence: IncidentEvidence, key: string): void => {
    const entry = found.get(id) ?? { count: 0, evidence: [], seen: new Set<string>() };
    found.set(id, entry);
    if (entry.seen.has(key)) return;
    if (entry.seen.size < 1000) entry.seen.add(key);
    entry.count += 1;
    if (entry.evidence.length < keptEvidence) entry.evidence.push(evidence);
  };

  return {
    line(source, line, raw) {
      const text =
        raw.length <= maxLookLength ? raw : `${raw.slice(0, maxLookLength / 2)} … ${raw.slice(-maxLookLength / 2)}`;
      const around = [...before.filter((it) => it.source === source).map((it) => it.text), text];
      for (const [index, incident] of incidents.entries())
        for (const { log, near } of compiled[index]!) {
          const match = log.exec(text);
          if (match === null || (near !== null && !around.some((it) => near.test(it)))) continue;
          add(incident.id, { source, line, text: excerpt(text, match.index) }, `${source} ${keyOf(text, match)}`);
          break;
        }
      before.push({ source, text });
      if (before.length > nearLines) before.shift();
    },
    check(name, detail) {
      for (const incident of incidents)
        if (incident.signatures.some((it) => it.check === name))
          add(incident.id, { source: 'check', line: null, text: excerpt(`${name}: ${detail}`, 0) }, name);
    },
    rule(rule, source, line, message) {
      for (const incident of incidents)
        if (incident.signatures.some((it) => it.rule === rule))
          add(incident.id, { source, line, text: excerpt(message, 0) }, `${rule} ${source} ${line}`);
    },
    matches: () =>
      incidents.flatMap((incident) => {
        const entry = found.get(incident.id);
        if (entry === undefined) return [];
        const { id, title, cause, todo, guard } = incident;
        return [
          { id, words: wordsOf(incident), title, cause, todo, guard, count: entry.count, evidence: entry.evidence },
        ];
      }),
  };
}

/** As a person says it: what this is, and what ended it the last time. */
export function wordsOf(incident: Incident): string {
  const name = incident.kind === 'trap' ? 'a known trap' : `incident ${incident.id}`;
  return `This is ${name}: ${incident.title}. ${incident.todo}`;
}

/** From the match on: the words before it (a time, "failed after 3.1s") differ between lines about one failure. */
const keyOf = (text: string, match: RegExpExecArray): string => text.slice(match.index, match.index + 200);

function excerpt(text: string, at: number): string {
  const from = Math.max(0, Math.min(at - 80, text.length - maxTextLength));
  const piece = text.slice(from, from + maxTextLength);
  return maskSecrets(`${from > 0 ? '…' : ''}${piece}${from + maxTextLength < text.length ? '…' : ''}`);
}
