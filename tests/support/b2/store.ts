import { createHash, randomBytes } from 'node:crypto';
import { badRequest, fileNotPresent, Refusal } from './refusal.ts';

export type Version = {
  readonly fileId: string;
  readonly bucketId: string;
  readonly name: string;
  readonly action: 'upload' | 'hide' | 'start';
  bytes: Buffer;
  /** `none` for a large file. */
  readonly contentSha1: string;
  readonly contentType: string;
  readonly info: Readonly<Record<string, string>>;
  readonly uploadedAt: number;
};

type LargeFile = {
  readonly start: Version;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly sha1: string }>;
};

type Bucket = {
  readonly id: string;
  readonly name: string;
  /** By name, newest version last. */
  readonly files: Map<string, Version[]>;
  sorted: readonly string[] | null;
};

export type Listed = Version | { readonly action: 'folder'; readonly name: string };

const smallestPartBytes = 5_000_000;
export const sha1Of = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

/** Buckets, versions and unfinished large files, in memory. Names are sorted by their UTF-8 bytes. */
export type Store = ReturnType<typeof createStore>;

export function createStore(now: () => number) {
  const buckets = new Map<string, Bucket>();
  const versions = new Map<string, Version>();
  const large = new Map<string, LargeFile>();
  let counter = 0;
  /** Two versions of one name never have the same time. */
  let lastTime = 0;

  const bucketOf = (bucketId: string): Bucket => {
    const bucket = buckets.get(bucketId);
    if (bucket === undefined) throw badRequest(`invalid bucketId: ${bucketId}`);
    return bucket;
  };
  const bucketNamed = (name: string): Bucket => {
    const bucket = [...buckets.values()].find((each) => each.name === name);
    if (bucket === undefined) throw new Refusal(404, 'not_found', `Bucket ${name} does not exist`);
    return bucket;
  };
  const sortedNames = (bucket: Bucket): readonly string[] => {
    bucket.sorted ??= [...bucket.files.keys()]
      .map((name) => ({ name, key: Buffer.from(name) }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
      .map(({ name }) => name);
    return bucket.sorted;
  };

  function make(bucketId: string, name: string, action: Version['action'], rest: Partial<Version>): Version {
    counter += 1;
    lastTime = Math.max(lastTime + 1, now());
    return {
      fileId: `4_z${bucketId}_f1${counter.toString(16).padStart(16, '0')}_d20260301_m120000_c005_v0501000_t0001`,
      bucketId,
      name,
      action,
      bytes: Buffer.alloc(0),
      contentSha1: 'none',
      contentType: 'application/octet-stream',
      info: {},
      uploadedAt: lastTime,
      ...rest,
    };
  }

  function keep(version: Version): Version {
    const bucket = bucketOf(version.bucketId);
    const earlier = bucket.files.get(version.name);
    if (earlier === undefined) {
      bucket.files.set(version.name, [version]);
      bucket.sorted = null;
    } else earlier.push(version);
    versions.set(version.fileId, version);
    return version;
  }

  const latestVersion = (bucketId: string, name: string): Version | null =>
    bucketOf(bucketId).files.get(name)?.at(-1) ?? null;

  return {
    addBucket(name: string): string {
      if ([...buckets.values()].some((bucket) => bucket.name === name))
        throw new Refusal(400, 'duplicate_bucket_name', 'Bucket name is already in use.');
      const id = randomBytes(12).toString('hex');
      buckets.set(id, { id, name, files: new Map(), sorted: null });
      return id;
    },
    buckets: (): readonly { readonly id: string; readonly name: string }[] => [...buckets.values()],
    bucketName: (bucketId: string): string => bucketOf(bucketId).name,
    bucketId: (name: string): string => bucketNamed(name).id,

    put(bucketId: string, name: string, bytes: Buffer, rest: Partial<Version> = {}): Version {
      return keep(make(bucketId, name, 'upload', { bytes, contentSha1: sha1Of(bytes), ...rest }));
    },
    hide(bucketId: string, name: string): Version {
      const latest = latestVersion(bucketId, name);
      if (latest === null) throw new Refusal(400, 'no_such_file', 'file not present');
      if (latest.action === 'hide') throw new Refusal(400, 'already_hidden', 'file already hidden');
      return keep(make(bucketId, name, 'hide', {}));
    },
    remove(fileId: string, name: string): void {
      const version = versions.get(fileId);
      if (version === undefined || version.name !== name)
        throw new Refusal(400, 'file_not_present', `File not present: ${name} ${fileId}`);
      versions.delete(fileId);
      const bucket = bucketOf(version.bucketId);
      const left = (bucket.files.get(name) ?? []).filter((each) => each !== version);
      if (left.length > 0) bucket.files.set(name, left);
      else {
        bucket.files.delete(name);
        bucket.sorted = null;
      }
    },

    /** The newest version when it is not hidden. */
    current(bucketName: string, name: string): Version {
      const latest = latestVersion(bucketNamed(bucketName).id, name);
      if (latest === null || latest.action !== 'upload') throw fileNotPresent(name);
      return latest;
    },
    byId(fileId: string): Version {
      const version = versions.get(fileId);
      if (version === undefined) throw new Refusal(404, 'not_found', 'file not present');
      return version;
    },

    listNames(bucketId: string, from: string, limit: number, prefix: string, delimiter: string | null) {
      const listed: Listed[] = [];
      let next: string | null = null;
      const start = Buffer.from(from);
      const bucket = bucketOf(bucketId);
      for (const name of sortedNames(bucket)) {
        if (!name.startsWith(prefix) || Buffer.compare(Buffer.from(name), start) < 0) continue;
        const latest = bucket.files.get(name)!.findLast((version) => version.action !== 'start');
        if (latest === undefined || latest.action === 'hide') continue;
        const entry = folderOf(name, prefix, delimiter) ?? latest;
        const before = listed.at(-1);
        if (entry.action === 'folder' && before?.action === 'folder' && before.name === entry.name) continue;
        if (listed.length === limit) {
          next = name;
          break;
        }
        listed.push(entry);
      }
      return { listed, next };
    },
    listVersions(bucketId: string, from: string, fromId: string | null, limit: number, prefix: string) {
      const listed: Version[] = [];
      let next: Version | null = null;
      let isSkipping = fromId !== null;
      const start = Buffer.from(from);
      const bucket = bucketOf(bucketId);
      for (const name of sortedNames(bucket)) {
        if (!name.startsWith(prefix) || Buffer.compare(Buffer.from(name), start) < 0) continue;
        for (const version of bucket.files.get(name)!.toReversed()) {
          if (isSkipping && name === from && version.fileId !== fromId) continue;
          isSkipping = false;
          if (listed.length === limit) return { listed, next: (next ??= version) };
          listed.push(version);
        }
      }
      return { listed, next };
    },

    startLarge(bucketId: string, name: string, contentType: string, info: Version['info']): Version {
      const start = make(bucketOf(bucketId).id, name, 'start', { contentType, info });
      large.set(start.fileId, { start, parts: new Map() });
      return start;
    },
    largeOf(fileId: string): LargeFile {
      const file = large.get(fileId);
      if (file === undefined) throw badRequest(`No active upload for: ${fileId}`);
      return file;
    },
    finishLarge(fileId: string, sha1s: readonly string[]): Version {
      const file = this.largeOf(fileId);
      const parts = [...file.parts].toSorted(([a], [b]) => a - b);
      if (
        parts.length !== sha1s.length ||
        parts.some(([number, part], index) => number !== index + 1 || part.sha1 !== sha1s[index])
      )
        throw badRequest('large file parts do not match their sha1 array');
      if (parts.slice(0, -1).some(([, part]) => part.bytes.length < smallestPartBytes))
        throw badRequest('part is smaller than the minimum part size');
      large.delete(fileId);
      return keep({
        ...file.start,
        action: 'upload',
        bytes: Buffer.concat(parts.map(([, part]) => part.bytes)),
        contentSha1: 'none',
      });
    },
    cancelLarge(fileId: string): Version {
      const { start } = this.largeOf(fileId);
      large.delete(fileId);
      return start;
    },
    unfinished: (bucketId: string): readonly Version[] =>
      [...large.values()].map(({ start }) => start).filter((start) => start.bucketId === bucketId),
  };
}

function folderOf(
  name: string,
  prefix: string,
  delimiter: string | null,
): Extract<Listed, { action: 'folder' }> | null {
  if (delimiter === null || delimiter === '') return null;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? null : { action: 'folder', name: name.slice(0, at + delimiter.length) };
}
