import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { FaultKind, Scene } from '../fault-kind.ts';
import type { Dice } from '../seeds.ts';
import { strikeDuringPull } from '../moments.ts';

/** The disk of the backups runs full in the middle of a pull, or forgets what it was given. */
export const diskKinds: readonly FaultKind[] = [
  {
    name: 'a full disk',
    needs: (dice) => ({ diskMib: 48, largeMib: dice.chance(0.4) ? dice.whole(8, 12) : 0 }),
    async strike(scene) {
      if (!scene.world.hasSmallDisk) return false;
      const { isHit, outcome } = await strikeDuringPull(scene, () => fill(scene), scene.dice.between(0, 0.8));
      if (outcome.kind === 'failed' && outcome.code !== 'disk_full')
        scene.book.violations.push({ invariant: 'words', what: `a full disk is told as ${JSON.stringify(outcome)}` });
      return isHit;
    },
    lift: ({ world }) => rmSync(join(world.backups, 'ballast'), { force: true }),
  },
  {
    name: 'what had arrived is damaged before the next pull',
    needs: (dice) => ({ largeMib: dice.whole(8, 16) }),
    async strike(scene) {
      const { room, relay } = scene.world;
      await strikeDuringPull(scene, () => relay.cut(), scene.dice.between(0.3, 0.93));
      return damageBelow(join(room, '.staging'), scene.dice) > 0;
    },
  },
];

/** Changes a byte of each file that has arrived, and of the large ones that are on their way. @returns how many. */
function damageBelow(folder: string, dice: Dice): number {
  if (!existsSync(folder)) return 0;
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:log|ndjson|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  let count = 0;
  for (const path of paths) {
    const { size } = statSync(path);
    if (size === 0) continue;
    chmodSync(path, 0o644);
    const file = openSync(path, 'r+');
    const at = dice.whole(0, Math.min(size, 1_000_000) - 1);
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, at);
    byte[0]! ^= 1;
    writeSync(file, byte, 0, 1, at);
    closeSync(file);
    count += 1;
  }
  return count;
}

function fill({ world, dice }: Scene): void {
  const file = openSync(join(world.backups, 'ballast'), 'w');
  const piece = Buffer.alloc(dice.pick([4096, 65_536, 1_048_576]));
  try {
    for (;;) writeSync(file, piece);
  } catch {
    // Now it is full.
  } finally {
    closeSync(file);
  }
}
