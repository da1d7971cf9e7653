import { createBook, lookAround, type Book, type Violation } from './book.ts';
import { checkBucket } from './check-bucket.ts';
import { checkConverged, checkCopies } from './check-copies.ts';
import { checkAnswers, checkLeftovers } from './check-room.ts';
import { changeTree, fillTree } from './fill-tree.ts';
import type { FaultKind, Scene } from './fault-kind.ts';
import { drawKind, faultKinds } from './kinds/all.ts';
import { createDice, scenarioSeed, type Dice } from './seeds.ts';
import { pull, push } from './work.ts';
import { buildWorld, type World } from './world.ts';

export type ScenarioResult = {
  readonly number: number;
  /** One for each stretch of work: what struck, and whether it did so between its first and its last byte. */
  readonly strikes: readonly { readonly kind: string; readonly isHit: boolean }[];
  readonly violations: readonly Violation[];
  readonly elapsedMs: number;
};

/** Everything that is drawn for a scenario, from its seed alone. */
export function planScenario(campaignSeed: number, number: number, only: string | null = null) {
  const dice = createDice(scenarioSeed(campaignSeed, number));
  const kinds = [drawKind(campaignSeed, number, only)];
  // Faults rarely come alone; where one kind is asked for, it is.
  if (dice.chance(0.15) && only === null) {
    const second = dice.pick(faultKinds);
    if ((second.weight ?? 1) === 1 && second.needs === undefined) kinds.push(second);
  }
  return { dice, kinds };
}

/**
 * A machine, a room and perhaps a bucket; a cycle that succeeds; work under a fault; the fault is taken away, and the
 * next cycle has to converge. What is wrong then is a violation.
 */
export async function runScenario(
  campaignSeed: number,
  number: number,
  only: string | null = null,
): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const { dice, kinds } = planScenario(campaignSeed, number, only);
  const needs = kinds.map((kind) => kind.needs?.(dice) ?? {});
  const hasBucket = needs.some((each) => each.bucket === true) || dice.chance(0.12);
  const world = await buildWorld({ hasBucket, diskMib: needs[0]!.diskMib ?? null }, dice.apart('world'));
  const book = createBook();
  const strikes: { kind: string; isHit: boolean }[] = [];
  try {
    fillTree(world.tree, dice.apart('tree'));
    if (needs[0]!.baseline === true || !dice.chance(0.1)) await firstCycle(world, book);
    for (const [round, kind] of kinds.entries()) {
      const { largeMib = 0, oddFiles: hasOdd = false } = needs[round]!;
      strikes.push({
        kind: kind.name,
        isHit: await workUnder(kind, {
          world,
          book,
          dice: dice.apart(`round ${round}`),
          round,
          largeMib,
          hasOdd,
          isOnly: kinds.length === 1,
        }),
      });
    }
    checkCopies(world, book);
    checkConverged(world, book);
    await checkAnswers(world, book);
    await checkBucket(world, book);
    await checkLeftovers(world, book);
  } finally {
    await world.close();
  }
  return { number, strikes, violations: book.violations, elapsedMs: performance.now() - startedAt };
}

async function firstCycle(world: World, book: Book): Promise<void> {
  const first = await pull(world, book);
  if (first.kind !== 'stored') throw new Error(`the first pull, without a fault, ended ${JSON.stringify(first)}`);
  if (world.bucket === null) return;
  const pushed = await push(world, book, first.result.id);
  if (pushed.kind !== 'mirrored') throw new Error(`the first push, without a fault, ended ${JSON.stringify(pushed)}`);
}

type Round = {
  readonly world: World;
  readonly book: Book;
  readonly dice: Dice;
  readonly round: number;
  readonly largeMib: number;
  readonly hasOdd: boolean;
  readonly isOnly: boolean;
};

async function workUnder(
  kind: FaultKind,
  { world, book, dice, round, largeMib, hasOdd, isOnly }: Round,
): Promise<boolean> {
  const isFirst = book.snapshots.size === 0;
  const before = isFirst ? world.tree.files().reduce((sum, path) => sum + world.tree.sizeOf(path), 0) : 0;
  const change = changeTree(world.tree, dice.apart('change'), { round, largeMib, hasOdd });
  const neededBytes = change.neededBytes + before;
  const from = world.relay.receivedBytes();
  const scene: Scene = {
    world,
    book,
    dice,
    neededBytes,
    pull: (more) => pull(world, book, more),
    push: (snapshotId) => push(world, book, snapshotId),
  };
  world.relay.open(Math.max(100_000, neededBytes / dice.between(0.25, 0.7)));
  const isHit = await kind.strike(scene);
  await kind.lift?.(scene);
  world.relay.open();
  lookAround(world, book);
  await converge(world, book, kind.mayHold === true);
  if (kind.countsBytes === true && isOnly) {
    const sent = world.relay.receivedBytes() - from;
    const most = mostBytes(neededBytes, change.largestBytes);
    if (sent > most)
      book.violations.push({ invariant: 'I6', what: `${sent} bytes were sent for ${neededBytes}, more than ${most}` });
  }
  return isHit;
}

const mebibyte = 1024 * 1024;

/** What may be sent: everything once, a chunk for each of eight streams again, and what the connections themselves need. */
function mostBytes(neededBytes: number, largestBytes: number): number {
  const isRanged = largestBytes >= 8 * mebibyte;
  const chunk = Math.min(8 * mebibyte, Math.max(mebibyte, Math.ceil(largestBytes / 16 / mebibyte) * mebibyte));
  // Small files are noted after four mebibytes of a stream at the latest.
  const again = (isRanged ? 8 * chunk : 0) + Math.min(neededBytes, 4 * 4 * mebibyte);
  return neededBytes * 1.03 + again + 600_000;
}

/** One cycle, to which nobody does anything; where the source had shrunk a person says that it is right. */
async function converge(world: World, book: Book, mayHold: boolean): Promise<void> {
  let outcome = await pull(world, book);
  if (outcome.kind === 'held' && mayHold) {
    const core = await world.open();
    await core.call('snapshots.accept', { id: outcome.item.id, confirm: 'test' });
    outcome = await pull(world, book);
  }
  if (outcome.kind !== 'stored') {
    book.violations.push({ invariant: 'I5', what: `the next cycle ended ${JSON.stringify(outcome)}` });
    return;
  }
  if (world.bucket === null) return;
  const pushed = await push(world, book, outcome.result.id);
  if (pushed.kind !== 'mirrored')
    book.violations.push({ invariant: 'I5', what: `the next push ended ${JSON.stringify(pushed)}` });
}
