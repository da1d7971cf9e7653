/** What is known about where a run lay on its machine, for turning its paths into paths below the run folder. */
export type ReRootContext = {
  /** Folders on the machine that are this run folder, e.g. `/models/outputs/pilot`. */
  readonly bases: readonly string[];
  readonly facilityIds: readonly string[];
  /** True for a path relative to the run folder that is there. */
  readonly has: (relativePath: string) => boolean;
};

/**
 * The path of a file relative to the run folder, from an absolute path of the machine (`/models/outputs/…`) or
 * from one relative to the pipeline's own folder. Null when the path lies outside the run, so that nothing is
 * ever opened by a machine's path. A path with `..` that leaves its start is outside.
 */
export function reRoot(path: string, context: ReRootContext): string | null {
  const parts = normalise(path);
  if (parts === null || parts.length === 0) return null;
  const isAbsolute = path.startsWith('/');
  const candidates: string[] = [];
  for (const base of context.bases) {
    const baseParts = normalise(base) ?? [];
    if (base.startsWith('/') !== isAbsolute || baseParts.length === 0 || parts.length <= baseParts.length) continue;
    if (baseParts.every((part, index) => parts[index] === part))
      candidates.push(parts.slice(baseParts.length).join('/'));
  }
  for (const [index, part] of parts.entries()) {
    if (!context.facilityIds.includes(part) || index === parts.length - 1) continue;
    candidates.push(parts.slice(index).join('/'));
  }
  const known = candidates.find((candidate) => context.has(candidate));
  if (known !== undefined) return known;
  // A missing file: the longest way up that still names a facility, or lies below a known folder of the machine.
  const [first] = candidates;
  if (first !== undefined) return first;
  const bare = parts.join('/');
  return !isAbsolute && context.has(bare) ? bare : null;
}

function normalise(path: string): string[] | null {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (out.length === 0) return null;
      out.pop();
    } else out.push(part);
  }
  return out;
}

/**
 * The folder of the machine that an absolute path inside a run's JSON says the run lay in: what comes before
 * `/<facility>/`. Null when the path names none of the facilities.
 */
export function machineFolderOf(path: string, facilityIds: readonly string[]): string | null {
  if (!path.startsWith('/')) return null;
  const parts = normalise(path);
  if (parts === null) return null;
  const index = parts.findIndex((part) => facilityIds.includes(part));
  return index <= 0 ? null : `/${parts.slice(0, index).join('/')}`;
}
