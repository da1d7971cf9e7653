import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { incidentFileSchema, type Incident } from '#shared/model/incident.ts';
import type { ConfigProblem } from '#shared/model/launch-preset.ts';
import { readConfigFile } from '../configs/load-configs.ts';

export type IncidentDeps = { readonly configsFolder: string; readonly workspacePath: string };

export type KnownIncident = { readonly incident: Incident; readonly source: ConfigProblem['source'] };
export type KnownIncidents = { readonly items: readonly KnownIncident[]; readonly problems: readonly ConfigProblem[] };

const fileName = 'incidents.yaml';

/** The file of the workspace's own incidents; it need not be there. */
export const ownIncidentsFile = (workspacePath: string): string => join(workspacePath, 'configs', fileName);

/** The operations memory, read anew: the shipped one with the workspace's own over it, by id. */
export function loadIncidents({ configsFolder, workspacePath }: IncidentDeps): KnownIncidents {
  const items = new Map<string, KnownIncident>();
  const problems: ConfigProblem[] = [];
  const read = (path: string, source: ConfigProblem['source']): void => {
    const file = readConfigFile(incidentFileSchema, path);
    if ('faults' in file) problems.push(...file.faults.map((fault) => ({ file: fileName, source, ...fault })));
    else for (const incident of file.value.incidents) items.set(incident.id, { incident, source });
  };
  read(join(configsFolder, fileName), 'shipped');
  const own = ownIncidentsFile(workspacePath);
  if (existsSync(own)) read(own, 'workspace');
  return { items: [...items.values()], problems };
}
