import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { killedCall } from './kills.ts';

const mebibyte = 1024 * 1024;

/** The engine is killed, or the connection reset, while a large file is in its lane beside the pulls. */
export const largeLaneKinds: readonly FaultKind[] = [
  inTheLane('kill -9 of the engine in the lane of large files', (scene, moment) =>
    killedCall(scene, ['snapshots.pullLarge', JSON.stringify(largeInput(scene))], moment),
  ),
  inTheLane('reset in the lane of large files', async (scene, moment) => {
    let isOver = false;
    const brought = pullLarge(scene).finally(() => (isOver = true));
    await Promise.race([brought, moment()]);
    const isHit = !isOver;
    if (isHit) scene.world.relay.cut();
    await brought;
    return isHit;
  }),
];

/** What comes before a fault in the lane, and what after it. */
function inTheLane(name: string, strike: (scene: Scene, moment: () => Promise<void>) => Promise<boolean>): FaultKind {
  return {
    name,
    countsBytes: true,
    needs: (dice) => ({ largeMib: dice.whole(10, 16) }),
    async strike(scene) {
      await prepare(scene);
      const isHit = await strike(scene, momentOf(scene));
      await goOn(scene);
      scene.world.relay.open();
      return isHit;
    },
  };
}

/** Files of more than 8 MiB are large from here on, and mostly a pull of the small ones has left them pending. */
async function prepare({ world, dice, pull }: Scene): Promise<void> {
  const profiles = join(world.workspace, 'configs', 'sync-profiles');
  mkdirSync(profiles, { recursive: true });
  writeFileSync(
    join(profiles, 'ours.yaml'),
    `id: blueprint-validation\ntitle: a campaign\nlargeFileMib: 8\nitems:\n  - { remote: ${world.tree.root}, local: work_dir }\n`,
  );
  if (dice.chance(0.7)) await pull({ lane: 'small' });
}

const largeInput = ({ world }: Scene) => {
  const { target, instanceId, items, acceptNewHostKey } = world.pullInput();
  return { target, instanceId, items, acceptNewHostKey };
};

/** When a share of the large file has come, drawn now and then beyond its last byte: while it is hashed. */
function momentOf({ world, dice }: Scene): () => Promise<void> {
  const { relay, tree } = world;
  const from = relay.receivedBytes();
  const bytes = tree
    .files()
    .filter((path) => path.startsWith('model_'))
    .reduce((sum, path) => Math.max(sum, tree.sizeOf(path)), mebibyte);
  const share = dice.between(0.05, 0.97);
  return () => relay.received(from + 8000 + share * bytes);
}

/** What comes next: the lane goes on, the small files come beside what is half-way, or nothing before the whole cycle. */
async function goOn(scene: Scene): Promise<void> {
  const { dice, pull } = scene;
  const next = dice.pick(['lane', 'small', 'nothing'] as const);
  if (next === 'lane') await pullLarge(scene);
  if (next === 'small') await pull({ lane: 'small' });
}

/** Brings the large files in this process. Never rejects; a fault without words is a violation. */
async function pullLarge(scene: Scene): Promise<void> {
  const { world, book } = scene;
  try {
    await (await world.open()).call('snapshots.pullLarge', largeInput(scene));
  } catch (thrown) {
    const { code } = toErrorPayload(thrown);
    if (code === 'internal')
      book.violations.push({
        invariant: 'words',
        what: `the lane of large files failed without words: ${String((thrown as Error).stack)}`,
      });
  }
}
