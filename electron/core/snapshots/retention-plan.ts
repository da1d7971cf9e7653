import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import {
  planRetention,
  policyOf,
  type RetentionChoice,
  type RetentionFacts,
  type RetentionTimes,
} from '#shared/rules/snapshot-retention.ts';
import { nowIso, type SnapshotDeps } from './deps.ts';
import { roomFolderOf } from './machine-of.ts';
import type { NeedPlace } from './store/needs-store.ts';

export type RetentionPlan = {
  /** Newest first. */
  readonly choices: readonly RetentionChoice[];
  readonly items: ReadonlyMap<string, SnapshotItem>;
  readonly going: readonly SnapshotItem[];
  /** What would go as well if it were mirrored. */
  readonly waiting: readonly SnapshotItem[];
  readonly keepsUnmirrored: boolean;
  /** The same as long as the same ones would go by the same times. */
  readonly planId: string;
};

/**
 * What may go of a machine's snapshots by these times, as everything stands now. Nothing goes without a proved copy in
 * a bucket; only where none is set up, a person has said so in the settings, and what goes is typed, it may.
 */
export async function planFor(
  instanceId: string,
  rules: { readonly times: RetentionTimes; readonly isTyped: boolean },
  deps: SnapshotDeps,
): Promise<RetentionPlan> {
  const { database } = deps;
  const { items } = await database.read('snapshots.list', { instanceId, limit: 1_000_000 });
  const mirrored = await deps.mirroredIds();
  const uses = await usesOf(deps);
  let facts = items.map((item): RetentionFacts => ({
    id: item.id,
    takenAt: item.takenAt,
    isVerified: item.verified,
    isCurrent: item.isCurrent,
    isHeld: item.state === 'held',
    isMirrored: mirrored.has(item.id),
    needs: [],
    inUseBy: uses(item.id),
  }));
  const byId = new Map(items.map((item) => [item.id, item]));
  const now = nowIso(deps);
  const policy = policyOf(rules.times);
  const keepsUnmirrored = !rules.isTyped || deps.retention().keepsUnmirrored || deps.isMirrorSetUp();
  // What is needed is asked only when something might go by age: that reads every place of every clip.
  if (goingOf(planRetention(facts, now, { policy, keepsUnmirrored: false })).length > 0) {
    const needs = needsByTag(await needsBelow(instanceId, null, deps), instanceId, deps);
    facts = facts.map((fact) => ({ ...fact, needs: needs.get(byId.get(fact.id)!.tag) ?? [] }));
  }
  const choices = planRetention(facts, now, { policy, keepsUnmirrored });
  const going = goingOf(choices).map((id) => byId.get(id)!);
  const isGoing = new Set(going.map((item) => item.id));
  const otherwise = keepsUnmirrored ? goingOf(planRetention(facts, now, { policy, keepsUnmirrored: false })) : [];
  return {
    choices,
    items: byId,
    going,
    waiting: otherwise.filter((id) => !isGoing.has(id) && !mirrored.has(id)).map((id) => byId.get(id)!),
    keepsUnmirrored,
    planId: createHash('sha256')
      .update(JSON.stringify([instanceId, rules.times, going.map((item) => item.id).toSorted()]))
      .digest('hex')
      .slice(0, 16),
  };
}

const goingOf = (choices: readonly RetentionChoice[]): string[] =>
  choices.flatMap((choice) => (choice.decision === 'remove' ? [choice.id] : []));

/**
 * Why a snapshot that a plan lets go has to stay after all; null when it may go. Asked before each removal: a review
 * may have been made since, a check of the bucket may have found damage, and the snapshot that excused it may be gone.
 */
export async function whyItStays(
  item: SnapshotItem,
  keepsUnmirrored: boolean,
  deps: SnapshotDeps,
): Promise<string | null> {
  const { database } = deps;
  if (keepsUnmirrored && !(await deps.mirroredIds()).has(item.id)) return 'It is not mirrored yet.';
  const use = (await usesOf(deps))(item.id);
  if (use !== null) return `It is in use: ${use}.`;
  const { items } = await database.read('snapshots.list', {
    instanceId: item.instanceId,
    limit: 1_000_000,
  });
  const standing = new Set(items.flatMap((it) => (it.id === item.id || it.state === 'unverified' ? [] : [it.tag])));
  const places = await needsBelow(item.instanceId, item.path, deps);
  const tagOf = tagReader(item.instanceId, deps);
  const held = new Set(
    places.flatMap(({ key, path }) => {
      const tag = tagOf(path);
      return tag !== null && standing.has(tag) && existsSync(path) ? [key] : [];
    }),
  );
  const alone = places.find(({ key, path }) => tagOf(path) === item.tag && !held.has(key));
  return alone === undefined ? null : `It is needed by ${alone.by}.`;
}

const needsBelow = (instanceId: string, onlyOf: string | null, deps: SnapshotDeps): Promise<NeedPlace[]> =>
  deps.database.read('snapshots.needs', {
    folder: roomFolderOf(deps.backupFolder(), instanceId),
    onlyOf,
  });

function needsByTag(places: readonly NeedPlace[], instanceId: string, deps: SnapshotDeps): Map<string, NeedPlace[]> {
  const tagOf = tagReader(instanceId, deps);
  const byTag = new Map<string, NeedPlace[]>();
  for (const place of places) {
    const tag = tagOf(place.path);
    if (tag !== null) byTag.set(tag, [...(byTag.get(tag) ?? []), place]);
  }
  return byTag;
}

/** Of which snapshot of a machine a path is. */
function tagReader(instanceId: string, deps: SnapshotDeps): (path: string) => string | null {
  const below = `${roomFolderOf(deps.backupFolder(), instanceId)}/`;
  return (path) => (path.startsWith(below) ? (path.slice(below.length).split('/')[0] ?? null) : null);
}

/** Work that has begun, or waits, with a snapshot. */
async function usesOf({ database }: Pick<SnapshotDeps, 'database'>): Promise<(id: string) => string | null> {
  const open = await database.read('jobs.open', undefined as never);
  const named = open.map((job) => ({
    kind: job.kind,
    text: `${job.subject} ${JSON.stringify(job.input)}`,
  }));
  return (id) => {
    const job = named.find(({ text }) => text.includes(id));
    return job === undefined ? null : `${job.kind} is under way`;
  };
}
