import { encodeUtf8, escapeBytes, planNames } from '#shared/rules/plan-names.ts';
import type { RemoteEntry, RemoteListing } from '../remote/list-remote.ts';
import { globMatcher } from './glob.ts';
import type { PullItem } from './pull-spec.ts';

/** An entry of the machine with its place here. */
export type PlannedEntry = RemoteEntry & {
  /** Absolute, bytes. */
  readonly remoteBytes: string;
  /** The same as text that can be turned back: the key of manifests and ledger. */
  readonly remotePath: string;
  /** Below the snapshot's folder. */
  readonly localPath: string;
};

export type PlannedTree = {
  readonly entries: readonly PlannedEntry[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  /** Roots of which something could not be read: what is missing there is not known to be gone. */
  readonly incompleteRoots: readonly string[];
};

/** Gives each entry of a listing its place below the snapshot. */
export function planTree(items: readonly PullItem[], listing: RemoteListing): PlannedTree {
  const entries: PlannedEntry[] = [];
  const skipped: { path: string; why: string }[] = [];
  const incompleteRoots: string[] = [];
  const seenRoots: string[] = [];
  for (const [index, item] of items.entries()) {
    const root = listing.roots[index]!;
    if (root.kind === 'missing') {
      skipped.push({ path: item.remote, why: 'It is not on the machine.' });
      continue;
    }
    if (!root.isComplete) {
      incompleteRoots.push(item.remote);
      skipped.push({
        path: item.remote,
        why: `A part of it can not be read: ${listing.complaints.slice(0, 3).join('; ')}`,
      });
    }
    const twin = seenRoots.find((seen) => root.realPath === seen || root.realPath.startsWith(`${seen}/`));
    if (twin !== undefined && root.kind === 'dir') {
      skipped.push({
        path: item.remote,
        why: `It is the same folder as ${escapeBytes(twin)}, which is pulled already.`,
      });
      continue;
    }
    if (root.realPath !== '') seenRoots.push(root.realPath);
    entries.push(...planItem(item, root.entries, skipped));
  }
  return { entries, skipped, incompleteRoots };
}

function planItem(
  item: PullItem,
  entries: readonly RemoteEntry[],
  skipped: { path: string; why: string }[],
): PlannedEntry[] {
  const isExcluded = globMatcher(item.excludes);
  const root = encodeUtf8(item.remote);
  const excludedCounts = new Map<string, number>();
  const kept: RemoteEntry[] = [];
  for (const entry of entries) {
    const pattern = entry.relativePath === '' ? null : isExcluded(escapeBytes(entry.relativePath));
    if (pattern !== null) excludedCounts.set(pattern, (excludedCounts.get(pattern) ?? 0) + 1);
    else if (entry.kind === 'special')
      skipped.push({
        path: escapeBytes(`${root}/${entry.relativePath}`),
        why: 'It is neither a file nor a folder nor a link.',
      });
    else kept.push(entry);
  }
  for (const [pattern, count] of excludedCounts)
    skipped.push({ path: `${item.remote}: ${pattern}`, why: `The profile leaves it out: ${count} entries.` });
  const localOf = planPaths(kept.map((entry) => entry.relativePath).filter((path) => path !== ''));
  return kept.map((entry) => {
    const remoteBytes = entry.relativePath === '' ? root : `${root}/${entry.relativePath}`;
    const below = localOf.get(entry.relativePath);
    return {
      ...entry,
      remoteBytes,
      remotePath: escapeBytes(remoteBytes),
      localPath: below === undefined ? item.local : `${item.local}/${below}`,
    };
  });
}

/** Local paths of remote ones, planned folder by folder. */
export function planPaths(paths: readonly string[]): Map<string, string> {
  const children = new Map<string, Set<string>>();
  for (const path of paths) {
    for (let at = path.length; at > 0;) {
      const slash = path.lastIndexOf('/', at - 1);
      const parent = slash === -1 ? '' : path.slice(0, slash);
      const names = children.get(parent);
      const name = path.slice(slash + 1, at);
      if (names?.has(name) === true) break;
      if (names === undefined) children.set(parent, new Set([name]));
      else names.add(name);
      at = slash;
    }
  }
  const planned = new Map<string, string>();
  const walk = (parent: string, local: string): void => {
    const names = children.get(parent);
    if (names === undefined) return;
    for (const [bytes, { name }] of planNames([...names])) {
      const path = parent === '' ? bytes : `${parent}/${bytes}`;
      const here = local === '' ? name : `${local}/${name}`;
      planned.set(path, here);
      walk(path, here);
    }
  };
  walk('', '');
  return planned;
}
