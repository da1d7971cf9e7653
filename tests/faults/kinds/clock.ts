import { bytesOf } from '../content.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The clock is right again, and there is something new for a snapshot of its own. */
function putRight({ world, dice }: Scene): void {
  world.clock.offsetMs = 0;
  world.tree.append('logs/run_all.log', bytesOf(String(dice.whole(0, 2 ** 31)), 100));
}

/** Clocks are wrong: this computer's, or the machine's. */
export const clockKinds: readonly FaultKind[] = [
  {
    name: 'the clock is ahead',
    async strike({ world, dice, pull }) {
      world.clock.offsetMs = dice.pick([hourMs, dayMs, 40 * dayMs, 4000 * dayMs]);
      return (await pull()).kind === 'stored';
    },
    lift: putRight,
  },
  {
    name: 'the clock is behind',
    async strike({ world, dice, pull }) {
      world.clock.offsetMs = -dice.pick([hourMs, dayMs, 40 * dayMs, 4000 * dayMs]);
      return (await pull()).kind === 'stored';
    },
    lift: putRight,
  },
  {
    name: 'the clock jumps in the middle',
    async strike(scene) {
      const { isHit } = await strikeDuringPull(scene, () => {
        scene.world.clock.offsetMs = scene.dice.pick([-dayMs, -hourMs, hourMs, dayMs]);
      });
      return isHit;
    },
    lift: ({ world, dice }) => {
      // It stays as it is, or jumps back.
      if (dice.chance(0.5)) world.clock.offsetMs = 0;
    },
  },
  {
    name: 'times of the machine that can not be',
    async strike({ world: { tree }, dice, pull }) {
      for (const path of tree.files())
        if (tree.isFile(path) && dice.chance(0.5))
          tree.setTime(path, new Date(dice.pick([0, -86_400_000, 1000, Date.now() + 400 * dayMs, 4e12])));
      return (await pull()).kind === 'stored';
    },
  },
];
