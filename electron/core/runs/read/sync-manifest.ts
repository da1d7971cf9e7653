import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isoTimeOf } from '#shared/rules/loose.ts';

/** `sync_manifest.txt` of a snapshot: `key=value` a line. It proves only that the script that wrote it ended. */
export type SyncManifest = {
  readonly takenAt: string | null;
  readonly instanceId: string | null;
  readonly mode: string | null;
  readonly remoteRoot: string | null;
  readonly remoteWorkDir: string | null;
  readonly tag: string | null;
};

/** Reads the manifest of a snapshot folder; null when it has none or when it can not be read. */
export async function readSyncManifest(folder: string): Promise<SyncManifest | null> {
  let text: string;
  try {
    text = await readFile(join(folder, 'sync_manifest.txt'), 'utf8');
  } catch {
    return null;
  }
  const values = new Map<string, string>();
  for (const line of text.slice(0, 64_000).split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const value = (key: string): string | null => values.get(key) || null;
  return {
    takenAt: isoTimeOf(value('timestamp_utc')),
    instanceId: value('instance_id'),
    mode: value('mode'),
    remoteRoot: value('remote_root'),
    remoteWorkDir: value('remote_work_dir'),
    tag: value('snapshot_tag'),
  };
}
