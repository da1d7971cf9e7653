import type { MethodInput } from '#shared/contract/index.ts';
import type { Book } from './book.ts';
import type { Dice } from './seeds.ts';
import type { PullOutcome, PushOutcome } from './work.ts';
import type { World } from './world.ts';

/** What a fault needs of the world that it happens in. */
export type Needs = {
  /** The bucket, and rclone, which takes its time. */
  readonly bucket?: boolean;
  /** One large file, read in ranges, in MiB. */
  readonly largeMib?: number;
  /** Files with holes, without a byte, and with names that a script trips over are among what the work brings. */
  readonly oddFiles?: boolean;
  /** The backups on a disk of their own of this size. */
  readonly diskMib?: number;
  /** A snapshot stands before the work: what happens is held against it. */
  readonly baseline?: boolean;
};

/** One stretch of work under a fault. */
export type Scene = {
  readonly world: World;
  readonly book: Book;
  readonly dice: Dice;
  /** Bytes that this work has to send, about. */
  readonly neededBytes: number;
  /** Pulls over a link that takes about half a second for them. Never rejects. */
  readonly pull: (more?: Partial<MethodInput<'snapshots.pull'>>) => Promise<PullOutcome>;
  readonly push: (snapshotId: string) => Promise<PushOutcome>;
};

export type FaultKind = {
  readonly name: string;
  /** How often it is drawn beside the others; 1 unless told. */
  readonly weight?: number;
  readonly needs?: (dice: Dice) => Needs;
  /** Works and strikes. @returns whether the fault struck between the first and the last byte of the work. */
  readonly strike: (scene: Scene) => Promise<boolean>;
  /** Takes the fault away: what follows has to succeed. */
  readonly lift?: (scene: Scene) => Promise<void> | void;
  /** The source shrinks, so that a person has to be asked: accepting counts as converging. */
  readonly mayHold?: boolean;
  /** The machine's files stand still, so what is sent twice can be counted (I6). */
  readonly countsBytes?: boolean;
};
