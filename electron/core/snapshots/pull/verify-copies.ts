import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { judgeCopy, type CopyVerdict, type FileSight } from '#shared/rules/stable-file.ts';
import { hashRemoteFiles, hashRemotePrefixes, type RemoteHash } from '../remote/hash-remote.ts';
import type { BulkConnection } from '../remote/remote.ts';
import type { PlannedEntry } from './plan-tree.ts';
import type { Arrived } from './staging.ts';

export type Judged = {
  readonly arrived: Arrived;
  readonly verdict: Exclude<CopyVerdict, 'ask_prefix'>;
  /** How the machine has it after the copy; null when it is gone. */
  readonly after: FileSight | null;
};

/** Compares copies with what the machine has, by hash and by how the files stood; in one or two questions. */
export async function verifyCopies(
  copies: readonly Arrived[],
  connection: BulkConnection,
  signal: AbortSignal,
): Promise<Judged[]> {
  if (copies.length === 0) return [];
  const paths = copies.map(({ entry }) => entry.remoteBytes);
  const answers = await hashRemoteFiles(connection, paths, signal);
  const answerOf = (copy: Arrived): RemoteHash => answers.get(copy.entry.remoteBytes) ?? { sha256: null, after: null };
  const grown = copies.filter((copy) => judge(copy, answerOf(copy), null) === 'ask_prefix');
  const prefixes =
    grown.length === 0
      ? new Map<string, RemoteHash>()
      : await hashRemotePrefixes(
          connection,
          grown.map((copy) => ({ path: copy.entry.remoteBytes, bytes: copy.bytes })),
          signal,
        );
  return copies.map((arrived) => {
    const answer = answerOf(arrived);
    const prefix = prefixes.get(arrived.entry.remoteBytes);
    if (prefix === undefined) return { arrived, verdict: settled(judge(arrived, answer, null)), after: answer.after };
    const verdict = judge(arrived, { sha256: answer.sha256, after: prefix.after }, prefix.sha256);
    return { arrived, verdict: settled(verdict), after: prefix.after };
  });
}

/** A copy by ranges, which the machine has hashed over exactly as many bytes. */
export function judgeRanged(arrived: Arrived, remote: RemoteHash): Judged {
  const isWholeLength = remote.after?.sizeBytes === arrived.bytes;
  const answer = { sha256: isWholeLength ? remote.sha256 : null, after: remote.after };
  return { arrived, verdict: settled(judge(arrived, answer, remote.sha256)), after: remote.after };
}

function judge(copy: Arrived, answer: RemoteHash, remotePrefixSha256: string | null): CopyVerdict {
  return judgeCopy({
    before: copy.entry,
    after: answer.after,
    copiedBytes: copy.bytes,
    copiedSha256: copy.sha256,
    remoteSha256: answer.sha256,
    remotePrefixSha256,
  });
}

/** A prefix that could not be hashed proves nothing. */
const settled = (verdict: CopyVerdict): Judged['verdict'] => (verdict === 'ask_prefix' ? 'torn' : verdict);

/** The line of the manifest for a copy that is good. */
export function rowOf(judged: Judged): ManifestFile {
  const { arrived, after, verdict } = judged;
  const { entry } = arrived;
  return {
    path: entry.localPath,
    remotePath: entry.remotePath,
    kind: 'file',
    sizeBytes: arrived.bytes,
    mtimeNs: after?.mtimeNs ?? entry.mtimeNs,
    sha256: arrived.sha256,
    sha1: arrived.sha1,
    linkTarget: null,
    origin: verdict === 'prefix' ? 'prefix' : 'pulled',
    prefixBytes: verdict === 'prefix' ? arrived.bytes : null,
  };
}

/** The same entry as it stands now, to be copied again. */
export const again = (entry: PlannedEntry, after: FileSight): PlannedEntry => ({ ...entry, ...after });
