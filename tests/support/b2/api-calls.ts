import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { demand, type ApplicationKey } from './keys.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { Listed, Store, Version } from './store.ts';

export type ApiContext = {
  readonly store: Store;
  readonly key: ApplicationKey;
  readonly accountId: string;
  readonly origin: string;
  /** Tokens of upload addresses: what may be sent to them. */
  readonly uploadTokens: Map<string, { readonly bucketId: string; readonly largeFileId: string | null }>;
};

/** A version as the service describes it. rclone reads `size` of listings and `contentLength` of uploads. */
export function describe(version: Version, accountId: string) {
  return {
    accountId,
    action: version.action,
    bucketId: version.bucketId,
    contentLength: version.bytes.length,
    size: version.bytes.length,
    contentSha1: version.action === 'upload' ? version.contentSha1 : null,
    contentType: version.action === 'hide' ? null : version.contentType,
    fileId: version.fileId,
    fileInfo: version.info,
    fileName: version.name,
    uploadTimestamp: version.uploadedAt,
  };
}

const describeListed = (entry: Listed, accountId: string): object =>
  entry.action === 'folder'
    ? {
        action: 'folder',
        fileId: null,
        fileName: entry.name,
        contentLength: 0,
        size: 0,
        fileInfo: {},
        uploadTimestamp: 0,
      }
    : describe(entry, accountId);

const text = z.string();
const nullable = text.nullish().transform((value) => value ?? null);
const pageInput = z.object({
  bucketId: text,
  startFileName: nullable,
  startFileId: nullable,
  maxFileCount: z.number().int().nullish(),
  prefix: nullable,
  delimiter: nullable,
});
const pageSize = (asked: number | null | undefined): number => Math.min(10_000, Math.max(1, asked ?? 100));

type Call = (input: unknown, context: ApiContext) => object;

/** Calls with a JSON body, by name. */
export const apiCalls: Readonly<Record<string, Call>> = {
  b2_list_buckets(input, { store, key, accountId }) {
    const wanted = z.object({ bucketId: nullable, bucketName: nullable }).parse(input);
    demand(key, 'listBuckets', wanted.bucketName === null ? {} : { bucketName: wanted.bucketName });
    // A key for one bucket may only ask for that one, by name or id.
    if (key.bucketName !== null && wanted.bucketName === null && wanted.bucketId === null)
      throw new Refusal(401, 'unauthorized', 'not entitled: bucketName is required for this key');
    const buckets = store
      .buckets()
      .filter(({ id, name }) => (wanted.bucketName ?? name) === name && (wanted.bucketId ?? id) === id)
      .map(({ id, name }) => ({
        accountId,
        bucketId: id,
        bucketName: name,
        bucketType: 'allPrivate',
        bucketInfo: {},
        lifecycleRules: [],
        revision: 1,
      }));
    return { buckets };
  },
  b2_create_bucket(input, { key, store }) {
    demand(key, 'writeBuckets');
    const { bucketName } = z.object({ bucketName: text }).parse(input);
    return { bucketId: store.addBucket(bucketName), bucketName, bucketType: 'allPrivate' };
  },
  b2_list_file_names(input, { store, key, accountId }) {
    const page = pageInput.parse(input);
    const prefix = page.prefix ?? '';
    demand(key, 'listFiles', { bucketName: store.bucketName(page.bucketId), name: prefix });
    const { listed, next } = store.listNames(
      page.bucketId,
      page.startFileName ?? '',
      pageSize(page.maxFileCount),
      prefix,
      page.delimiter,
    );
    return { files: listed.map((entry) => describeListed(entry, accountId)), nextFileName: next };
  },
  b2_list_file_versions(input, { store, key, accountId }) {
    const page = pageInput.parse(input);
    const prefix = page.prefix ?? '';
    demand(key, 'listFiles', { bucketName: store.bucketName(page.bucketId), name: prefix });
    const { listed, next } = store.listVersions(
      page.bucketId,
      page.startFileName ?? '',
      page.startFileId,
      pageSize(page.maxFileCount),
      prefix,
    );
    return {
      files: listed.map((version) => describe(version, accountId)),
      nextFileName: next?.name ?? null,
      nextFileId: next?.fileId ?? null,
    };
  },
  b2_get_file_info(input, { store, key, accountId }) {
    const version = store.byId(z.object({ fileId: text }).parse(input).fileId);
    demand(key, 'readFiles', { bucketName: store.bucketName(version.bucketId), name: version.name });
    return describe(version, accountId);
  },
  b2_get_upload_url(input, context) {
    const { bucketId } = z.object({ bucketId: text }).parse(input);
    demand(context.key, 'writeFiles', { bucketName: context.store.bucketName(bucketId) });
    return { bucketId, ...uploadAddress(context, bucketId, null) };
  },
  b2_start_large_file(input, { store, key, accountId }) {
    const { bucketId, fileName, contentType, fileInfo } = z
      .object({ bucketId: text, fileName: text, contentType: nullable, fileInfo: z.record(text, text).nullish() })
      .parse(input);
    demand(key, 'writeFiles', { bucketName: store.bucketName(bucketId), name: fileName });
    return describe(
      store.startLarge(bucketId, fileName, contentType ?? 'application/octet-stream', fileInfo ?? {}),
      accountId,
    );
  },
  b2_get_upload_part_url(input, context) {
    const { fileId } = z.object({ fileId: text }).parse(input);
    const { start } = context.store.largeOf(fileId);
    demand(context.key, 'writeFiles', { bucketName: context.store.bucketName(start.bucketId) });
    return { fileId, ...uploadAddress(context, start.bucketId, fileId) };
  },
  b2_finish_large_file(input, { store, key, accountId }) {
    const { fileId, partSha1Array } = z.object({ fileId: text, partSha1Array: z.array(text) }).parse(input);
    demand(key, 'writeFiles');
    return describe(store.finishLarge(fileId, partSha1Array), accountId);
  },
  b2_cancel_large_file(input, { store, key, accountId }) {
    const { fileId } = z.object({ fileId: text }).parse(input);
    demand(key, 'writeFiles');
    const { bucketId, name } = store.cancelLarge(fileId);
    return { accountId, bucketId, fileId, fileName: name };
  },
  b2_list_parts(input, { store, key }) {
    const { fileId, startPartNumber, maxPartCount } = z
      .object({ fileId: text, startPartNumber: z.number().nullish(), maxPartCount: z.number().nullish() })
      .parse(input);
    demand(key, 'writeFiles');
    const all = [...store.largeOf(fileId).parts]
      .toSorted(([a], [b]) => a - b)
      .filter(([partNumber]) => partNumber >= (startPartNumber ?? 1));
    const limit = Math.min(1000, maxPartCount ?? 100);
    return {
      parts: all.slice(0, limit).map(([partNumber, part]) => ({
        fileId,
        partNumber,
        contentLength: part.bytes.length,
        contentSha1: part.sha1,
      })),
      nextPartNumber: all[limit]?.[0] ?? null,
    };
  },
  b2_list_unfinished_large_files(input, { store, key, accountId }) {
    const { bucketId, namePrefix } = z.object({ bucketId: text, namePrefix: nullable }).parse(input);
    demand(key, 'listFiles', { bucketName: store.bucketName(bucketId) });
    const files = store
      .unfinished(bucketId)
      .filter((start) => start.name.startsWith(namePrefix ?? ''))
      .map((start) => describe(start, accountId));
    return { files, nextFileId: null };
  },
  b2_hide_file(input, { store, key, accountId }) {
    const { bucketId, fileName } = z.object({ bucketId: text, fileName: text }).parse(input);
    demand(key, 'writeFiles', { bucketName: store.bucketName(bucketId), name: fileName });
    return describe(store.hide(bucketId, fileName), accountId);
  },
  b2_delete_file_version(input, { store, key }) {
    const { fileName, fileId } = z.object({ fileName: text, fileId: text }).parse(input);
    demand(key, 'deleteFiles', { name: fileName });
    store.remove(fileId, fileName);
    return { fileId, fileName };
  },
  b2_copy_file(input, { store, key, accountId }) {
    const { sourceFileId, fileName, destinationBucketId, metadataDirective, contentType, fileInfo } = z
      .object({
        sourceFileId: text,
        fileName: text,
        destinationBucketId: nullable,
        metadataDirective: nullable,
        contentType: nullable,
        fileInfo: z.record(text, text).nullish(),
      })
      .parse(input);
    const source = store.byId(sourceFileId);
    if (source.action !== 'upload') throw badRequest('source is not an uploaded file');
    demand(key, 'readFiles', { name: source.name });
    demand(key, 'writeFiles', { name: fileName });
    const isReplaced = metadataDirective === 'REPLACE';
    const copy = store.put(destinationBucketId ?? source.bucketId, fileName, source.bytes, {
      contentSha1: source.contentSha1,
      contentType: isReplaced ? (contentType ?? source.contentType) : source.contentType,
      info: isReplaced ? (fileInfo ?? {}) : source.info,
    });
    return { ...describe(copy, accountId), action: 'copy' };
  },
};

function uploadAddress({ uploadTokens, origin }: ApiContext, bucketId: string, largeFileId: string | null): object {
  const authorizationToken = `4_upload_${randomBytes(18).toString('base64url')}`;
  uploadTokens.set(authorizationToken, { bucketId, largeFileId });
  const path = largeFileId === null ? 'b2_upload_file' : 'b2_upload_part';
  const place = largeFileId === null ? bucketId : largeFileId;
  return { authorizationToken, uploadUrl: `${origin}/b2api/v1/${path}/${place}/${randomBytes(4).toString('hex')}` };
}
