import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RunRecord } from './read/record.ts';

/** What is kept of a run folder: what it said, and which media version each of its clips was. */
export type StoredRecord = {
  readonly record: RunRecord;
  /** Relative path of a clip to its media id; a clip whose bytes could not be read has none. */
  readonly media: Readonly<Record<string, string>>;
};

/** Deflated JSON: a record is about a tenth of its size, and there is one for each sight of a run. */
export function packRecord(stored: StoredRecord): Buffer {
  return deflateRawSync(JSON.stringify(stored), { level: 6 });
}

export function unpackRecord(blob: Uint8Array): StoredRecord {
  return JSON.parse(inflateRawSync(blob).toString('utf8')) as StoredRecord;
}
