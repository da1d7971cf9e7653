import type { IncidentView } from '#shared/model/incident.ts';

/** What a number or letter stands for, as people of the team say it. */
export const nameOf = ({ id, kind }: Pick<IncidentView, 'id' | 'kind'>): string =>
  kind === 'incident' ? `Incident ${id}` : kind === 'finding' ? `Finding ${id}` : kind === 'trap' ? 'Trap' : 'Own';

export const kindWords: Readonly<Record<IncidentView['kind'], string>> = {
  incident: 'The thirteen',
  finding: 'Found while looking',
  trap: 'Further traps',
  own: 'Added by this team',
};

export const kindOrder: readonly IncidentView['kind'][] = ['incident', 'finding', 'own', 'trap'];

/** An id out of a title, of the letters that an id may have. */
export const idOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replaceAll(/-+$/g, '');

type Signature = IncidentView['signatures'][number];

/** By what it is known again: where, and the words. */
export function signatureParts(signature: Signature): readonly (readonly [where: string, text: string])[] {
  const { log, near, check, rule } = signature;
  return [
    ...(log === undefined ? [] : [['log', log] as const]),
    ...(near === undefined ? [] : [['near it', near] as const]),
    ...(check === undefined ? [] : [['check', check] as const]),
    ...(rule === undefined ? [] : [['lint', rule] as const]),
  ];
}
