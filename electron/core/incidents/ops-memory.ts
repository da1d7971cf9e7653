import type { Incident } from '#shared/model/incident.ts';

/** The operations memory as the pipeline's own OPS_MEMORY.md writes it: numbered, with three parts each. */
export function writeOpsMemory(incidents: readonly Incident[]): string {
  const entries = incidents.map((it, index) =>
    [
      `### ${index + 1}) ${it.title.charAt(0).toUpperCase()}${it.title.slice(1)}`,
      '- Symptom:',
      `  - ${it.symptom}`,
      '- Root cause:',
      `  - ${it.cause}`,
      '- Permanent fix:',
      `  - ${it.fix}`,
      ...(it.guard === null ? [] : [`  - Guard in the control room: ${it.guard}`]),
      '',
    ].join('\n'),
  );
  return [
    '# Operations Memory',
    '',
    'This file tracks operational failures and the permanent fixes applied so we do not repeat them.',
    '',
    ...entries,
  ].join('\n');
}

export type OpsEntry = Pick<Incident, 'title' | 'symptom' | 'cause' | 'fix'> & { readonly number: string };

/** Entries of an OPS_MEMORY.md. What has no heading of an entry above it is no entry. */
export function readOpsMemory(markdown: string): readonly OpsEntry[] {
  const entries: { number: string; title: string; parts: Record<string, string[]> }[] = [];
  let part: string | null = null;
  for (const line of markdown.split('\n')) {
    const head = /^###\s+(\w+)\)\s+(.+)$/.exec(line);
    if (head !== null) {
      entries.push({ number: head[1]!, title: head[2]!.trim(), parts: {} });
      part = null;
      continue;
    }
    if (/^#/.test(line)) part = null;
    const entry = entries.at(-1);
    if (entry === undefined) continue;
    const label = /^-\s+(Symptom|Root cause|Permanent fix):\s*(.*)$/i.exec(line);
    if (label !== null) {
      part = label[1]!.toLowerCase();
      entry.parts[part] = label[2] === '' ? [] : [label[2]!];
    } else if (part !== null && line.trim() !== '' && !/^#/.test(line))
      entry.parts[part]!.push(line.trim().replace(/^-\s+/, ''));
  }
  const textOf = (lines: readonly string[] | undefined): string => (lines ?? []).join(' ').slice(0, 600);
  return entries.map(({ number, title, parts }) => ({
    number,
    title: title.replaceAll('`', '').slice(0, 160),
    symptom: textOf(parts['symptom']) || 'Not written down.',
    cause: textOf(parts['root cause']) || 'Not written down.',
    fix: textOf(parts['permanent fix']) || 'Not written down.',
  }));
}
