import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';

/** The disk of the backups runs full in the middle of a pull. */
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
];

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
