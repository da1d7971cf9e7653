import { readFile } from 'node:fs/promises';
import { RoomError } from '#shared/errors.ts';
import { incidentSchema, type Incident, type IncidentView } from '#shared/model/incident.ts';
import { createIncidentMatcher } from '#shared/rules/remote/match-incidents.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import { loadIncidents, type IncidentDeps } from './load-incidents.ts';
import { matchFile } from './match-file.ts';
import { readOpsMemory, writeOpsMemory } from './ops-memory.ts';
import { addOwnIncidents } from './own-incidents.ts';

type IncidentMethods =
  | 'incidents.list'
  | 'incidents.match'
  | 'incidents.add'
  | 'incidents.exportMemory'
  | 'incidents.importMemory';

const pageLines = 5000;

export function incidentHandlers(
  deps: IncidentDeps & { readonly database: Database },
): Pick<Handlers, IncidentMethods> {
  const { database } = deps;
  const known = (): Incident[] => loadIncidents(deps).items.map((it) => it.incident);

  async function list(): Promise<IncidentView[]> {
    const [counts, proofs] = await Promise.all([
      database.read('incidents.jobCounts', undefined as never),
      database.read('incidents.proofs', undefined as never),
    ]);
    return loadIncidents(deps).items.map(({ incident, source }) => {
      const count = counts.find((it) => it.incidentId === incident.id);
      const proof = proofs
        .filter(({ kind }) => incident.provedBy.includes(kind))
        .toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
      return {
        ...incident,
        source,
        jobCount: count?.count ?? 0,
        lastJobAt: count?.lastAt ?? null,
        lastJobId: count?.lastId ?? null,
        lastProof: proof ?? null,
      };
    });
  }

  return {
    'incidents.list': async ({ text }) => {
      const wanted = text?.toLowerCase() ?? '';
      const items = await list();
      return {
        items: items.filter((it) =>
          [it.id, it.title, it.symptom, it.cause, it.fix, it.todo, it.guard ?? ''].some((part) =>
            part.toLowerCase().includes(wanted),
          ),
        ),
        problems: [...loadIncidents(deps).problems],
      };
    },

    'incidents.match': async (input) => {
      const matcher = createIncidentMatcher(known());
      if ('path' in input) {
        const { files, lines, unread } = await matchFile(input.path, matcher);
        return { items: matcher.matches(), files, lines, unread: [...unread] };
      }
      if ('text' in input) {
        const lines = input.text.split('\n');
        for (const [index, text] of lines.entries()) matcher.line('text', index + 1, text);
        return { items: matcher.matches(), files: 0, lines: lines.length, unread: [] };
      }
      let lines = 0;
      const paths = new Set<string>();
      for (let afterId = 0; ;) {
        const page = await database.read('incidents.linesOfRun', { runId: input.runId, afterId, limit: pageLines });
        for (const { path, line, text } of page) {
          paths.add(path);
          matcher.line(path, line, text);
        }
        lines += page.length;
        if (page.length < pageLines) break;
        afterId = page.at(-1)!.id;
      }
      return { items: matcher.matches(), files: paths.size, lines, unread: [] };
    },

    'incidents.add': async ({ logLine, ...input }) => {
      const incident = incidentSchema.parse({
        ...input,
        kind: 'own',
        signatures: logLine === undefined ? [] : [{ log: literal(logLine) }],
      });
      if (known().some((it) => it.id === incident.id))
        throw new RoomError('conflict', `There is an incident ${incident.id} already. Nothing was added.`, {
          hint: 'Give it another id.',
        });
      addOwnIncidents(deps.workspacePath, [incident]);
      return incident;
    },

    'incidents.exportMemory': async () => ({
      markdown: writeOpsMemory(known().filter((it) => it.kind !== 'trap')),
    }),

    'incidents.importMemory': async (input) => {
      const entries = readOpsMemory('text' in input ? input.text : await readMarkdown(input.path));
      const titles = new Set(known().map((it) => it.title.toLowerCase()));
      const ids = new Set(known().map((it) => it.id));
      const added = entries
        .filter((entry) => !titles.has(entry.title.toLowerCase()))
        .map(({ number, ...entry }) =>
          incidentSchema.parse({
            ...entry,
            id: freeId(`memory-${number}`, ids),
            kind: 'own',
            todo: entry.fix.slice(0, 400),
          }),
        );
      if (added.length > 0) addOwnIncidents(deps.workspacePath, added);
      return { read: entries.length, added: added.map((it) => ({ id: it.id, title: it.title })) };
    },
  };
}

async function readMarkdown(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).slice(0, 2_000_000);
  } catch {
    throw new RoomError('path_unreadable', `${path} can not be read. Nothing was added.`, {
      hint: 'Give the path of an OPS_MEMORY.md.',
    });
  }
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count += 1) id = `${wanted}-${count}`;
  taken.add(id);
  return id;
}

/** The line as it stands, numbers left open: times and amounts differ from one time to the next. */
const literal = (line: string): string =>
  line
    .trim()
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[[A-Z]+\] \S+: /, '')
    .slice(0, 160)
    .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\d+/g, String.raw`\d+`)
    .slice(0, 300);
