import { readdirSync } from 'node:fs';
import { takenAtOf } from '#shared/rules/snapshot-tag.ts';
import type { World } from './world.ts';

export type Violation = {
  /** `I1` to `I9` of the invariants; `hung` when it never ended, `words` when a failure had none. */
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'hung' | 'words';
  readonly what: string;
};

/** What the room has promised so far, and what was seen of it: nothing of it may ever be taken back. */
export type Book = {
  /** Snapshots that a pull answered with, held ones among them: tag to id. */
  readonly snapshots: Map<string, string>;
  /** Tags of snapshots that a push answered `mirrored` for. */
  readonly mirrored: Set<string>;
  /** Events of decisions that were acknowledged. */
  readonly decisions: Set<string>;
  /** Every snapshot that stood in the folder at some time. */
  readonly stood: Set<string>;
  /** Every name that was in the bucket at some time. */
  readonly objects: Set<string>;
  readonly violations: Violation[];
};

export const createBook = (): Book => ({
  snapshots: new Map(),
  mirrored: new Set(),
  decisions: new Set(),
  stood: new Set(),
  objects: new Set(),
  violations: [],
});

/** Writes down what is there now. */
export function lookAround(world: World, book: Book): void {
  for (const tag of tagsIn(world)) book.stood.add(tag);
  for (const name of world.bucket?.names() ?? []) book.objects.add(name);
}

export function tagsIn(world: World): string[] {
  try {
    return readdirSync(world.room)
      .filter((name) => takenAtOf(name) !== null)
      .toSorted();
  } catch {
    return [];
  }
}
