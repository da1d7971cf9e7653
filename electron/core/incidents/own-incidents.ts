import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import { RoomError } from '#shared/errors.ts';
import { incidentFileSchema, type Incident } from '#shared/model/incident.ts';
import { readConfigFile } from '../configs/load-configs.ts';
import { ownIncidentsFile } from './load-incidents.ts';

const head = '# Incidents of this workspace; the same id replaces a shipped one.\n';

/**
 * Adds incidents to the workspace's own file; what a person wrote there stays, comments too.
 * @throws RoomError conflict when the file can not be used as it is
 */
export function addOwnIncidents(workspacePath: string, added: readonly Incident[]): void {
  const path = ownIncidentsFile(workspacePath);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : `${head}incidents: []\n`;
  if (existsSync(path)) {
    const read = readConfigFile(incidentFileSchema, path);
    if ('faults' in read)
      throw new RoomError('conflict', `${path} can not be used: ${read.faults[0]!.message} Nothing was added.`, {
        hint: 'Correct that file first.',
      });
  }
  const document = parseDocument(text);
  const list = document.get('incidents');
  if (!isSeq(list)) throw new RoomError('conflict', `${path} holds no list of incidents. Nothing was added.`);
  list.flow = false;
  for (const incident of added) list.add(document.createNode(incident));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, document.toString({ lineWidth: 120 }));
  renameSync(`${path}.new`, path);
}
