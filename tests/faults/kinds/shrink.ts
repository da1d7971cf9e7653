import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf } from '../content.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';

type Shrink = (scene: Scene) => void;

const shrinks: Readonly<Record<string, Shrink>> = {
  'the machine is emptied': ({ world }) => {
    renameSync(world.tree.root, asideOf(world.tree.root));
    mkdirSync(world.tree.root);
  },
  'the machine loses most of its files': ({ world, dice }) => {
    keep(world.tree.root);
    world.tree.clear(() => dice.chance(0.8));
  },
  'another folder stands in the place': ({ world, dice }) => {
    renameSync(world.tree.root, asideOf(world.tree.root));
    mkdirSync(world.tree.root);
    for (let i = 0, count = dice.whole(1, 12); i < count; i++)
      world.tree.replace(`other_${i}.bin`, bytesOf(`other ${i}`, dice.whole(1, 5000)));
  },
  'the folder is gone': ({ world }) => renameSync(world.tree.root, asideOf(world.tree.root)),
};

const asideOf = (root: string): string => `${root}.before`;

/** What may come back stands beside: hard links, names of any bytes. */
const keep = (root: string): void => void execFileSync('cp', ['-al', root, asideOf(root)]);

/** The source shrinks, before a pull or in the middle of one, and comes back or does not. */
export const shrinkKinds: readonly FaultKind[] = Object.entries(shrinks).map(([name, shrink]) => ({
  name,
  needs: () => ({ baseline: true }),
  mayHold: true,
  async strike(scene) {
    const { world, dice, book } = scene;
    if (dice.chance(0.35)) return (await strikeDuringPull(scene, () => shrink(scene))).isHit;
    const current = readlinkSync(join(world.room, 'current'));
    shrink(scene);
    const outcome = await scene.pull();
    const isSafe = outcome.kind === 'held' || (outcome.kind === 'failed' && outcome.code === 'path_missing');
    if (!isSafe || readlinkSync(join(world.room, 'current')) !== current)
      book.violations.push({
        invariant: 'I3',
        what: `${name}, and the pull ended ${JSON.stringify(outcome).slice(0, 300)}`,
      });
    return isSafe;
  },
  lift({ world, dice }) {
    const aside = asideOf(world.tree.root);
    // It comes back, or a person says that it is right. A folder that is gone has to come back.
    if (dice.chance(0.5) && name !== 'the folder is gone') {
      rmSync(aside, { recursive: true, force: true });
      return;
    }
    // A pull that was over before had nothing shrunk.
    if (!existsSync(aside)) return;
    rmSync(world.tree.root, { recursive: true, force: true });
    renameSync(aside, world.tree.root);
  },
}));
