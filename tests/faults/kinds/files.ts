import { bytesOf } from '../content.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { sleep } from '../moments.ts';

type Act = (scene: Scene, path: string, turn: number) => Promise<void> | void;

const mebibyte = 1024 * 1024;
const noise = (scene: Scene, length: number): Buffer => bytesOf(`${scene.dice.whole(0, 2 ** 31)}`, length);

const rewrite: Act = async ({ world: { tree }, dice, ...scene }, path) => {
  const size = dice.chance(0.7) ? tree.sizeOf(path) : dice.whole(0, 200_000);
  const before = tree.timeOf(path);
  await tree.rewrite(
    path,
    noise({ world: { tree }, dice, ...scene } as Scene, size),
    size > mebibyte ? mebibyte : 16_384,
    () => sleep(dice.whole(0, 4)),
  );
  // A writer that hides its work: same size, same time.
  if (dice.chance(0.3)) tree.setTime(path, before);
};

const acts: Readonly<Record<string, Act>> = {
  rewritten: rewrite,
  truncated: ({ world: { tree }, dice }, path) => tree.truncate(path, dice.whole(0, tree.sizeOf(path))),
  replaced: (scene, path) =>
    scene.world.tree.replace(path, noise(scene, scene.dice.chance(0.5) ? scene.world.tree.sizeOf(path) : 5000)),
  deleted: ({ world: { tree } }, path) => tree.remove(path),
  'made longer': (scene, path) => scene.world.tree.append(path, noise(scene, scene.dice.whole(1, 30_000))),
};

const actNames = Object.keys(acts);

/** Somebody works on the files while they are read. */
export const fileKinds: readonly FaultKind[] = [...actNames, 'worked on in every way'].map((name) => ({
  name: `files are ${name} while they are read`,
  needs: (dice) => ({ largeMib: dice.chance(0.5) ? dice.whole(8, 10) : 0 }),
  // Whoever deletes more than half of the files is asked about.
  mayHold: name === 'deleted' || name.startsWith('worked'),
  strike: (scene) => workOnFiles(scene, (turn) => acts[name] ?? acts[actNames[turn % actNames.length]!]!),
}));

async function workOnFiles(scene: Scene, actOf: (turn: number) => Act): Promise<boolean> {
  const { dice, world } = scene;
  const { tree, relay } = world;
  const targets = tree.files().filter((path) => /round_|model_|run_all/.test(path));
  const large = targets.find((path) => path.startsWith('model_'));
  const from = relay.receivedBytes();
  let isOver = false;
  const pulled = scene.pull().finally(() => (isOver = true));
  // What is read ahead on the machine is older than what arrives: half of the work begins with the listing.
  const share = dice.chance(0.5) ? 0 : dice.between(0, 0.6);
  await Promise.race([pulled, relay.received(from + 4000 + share * scene.neededBytes)]);
  let turns = 0;
  while (!isOver && turns < 40) {
    // What takes long to read is torn most easily.
    const path = large !== undefined && dice.chance(0.5) ? large : dice.pick(targets);
    if (tree.isFile(path)) await actOf(dice.whole(0, 100))(scene, path, turns);
    turns += 1;
    await sleep(share === 0 ? dice.whole(0, 5) : dice.whole(1, 40));
  }
  await pulled;
  return turns > 0;
}
