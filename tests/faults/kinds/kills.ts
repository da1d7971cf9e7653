import { startCall, type CallOutcome } from '../../support/command-line.ts';
import { isAlive, rcloneWith } from '../../mirror/processes.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { sleep, strikeDuringPush } from '../moments.ts';
import { lookAround } from '../book.ts';

/** Processes end in the middle of a word: kill -9, at any moment. */
export const killKinds: readonly FaultKind[] = [
  {
    name: 'kill -9 of the engine while it pulls',
    countsBytes: true,
    needs: (dice) => ({ largeMib: dice.chance(0.4) ? dice.whole(8, 16) : 0 }),
    strike: (scene) => startKilledPull(scene),
  },
  {
    name: 'kill -9 of the engine while it mirrors',
    weight: 0.7,
    needs: () => ({ bucket: true }),
    async strike(scene) {
      const { relay, bucket } = scene.world;
      relay.open();
      const pulled = await scene.pull();
      if (pulled.kind !== 'stored') return false;
      const { server } = bucket!;
      server.setDelayMs(scene.dice.whole(5, 30));
      const from = server.log.requests().length;
      const after = scene.dice.whole(1, 16);
      const isHit = await killedCall(
        scene,
        ['mirror.push', JSON.stringify({ snapshotId: pulled.result.id })],
        async () => {
          while (server.log.requests().length - from < after) await sleep(3);
        },
      );
      server.setDelayMs(0);
      // It ends with its engine: nobody writes into the bucket any more.
      for (;;) {
        const pid = rcloneWith(scene.world.workspace);
        if (pid === null || !isAlive(pid)) break;
        await sleep(20);
      }
      return isHit;
    },
  },
  {
    name: 'kill -9 of rclone',
    weight: 0.7,
    needs: () => ({ bucket: true }),
    async strike(scene) {
      let killed = false;
      await strikeDuringPush(scene, () => {
        const pid = rcloneWith(scene.world.workspace);
        if (pid === null) return;
        process.kill(pid, 'SIGKILL');
        killed = true;
      });
      return killed;
    },
  },
];

/** Pulls in a process that is killed when a share of the bytes has come. @returns whether it was still at work. */
export async function startKilledPull(scene: Scene): Promise<boolean> {
  const { relay } = scene.world;
  const from = relay.receivedBytes();
  const share = scene.dice.between(0, 1);
  // Now and then after the last byte: while it compares, and while it puts into place.
  const lateMs = scene.dice.chance(0.3) ? scene.dice.whole(0, 250) : null;
  return killedCall(scene, ['snapshots.pull', JSON.stringify(scene.world.pullInput())], async () => {
    await relay.received(from + 5000 + (lateMs === null ? share : 1) * scene.neededBytes);
    if (lateMs !== null) await sleep(lateMs);
  });
}

/** @returns whether the call was still at work when it was killed. What it had printed before is a promise. */
export async function killedCall(
  { world, book }: Scene,
  args: readonly string[],
  moment: () => Promise<void>,
): Promise<boolean> {
  await world.closeCore();
  const call = startCall([...args, '--workspace', world.workspace], { home: world.home, env: world.environment });
  let isOver = false;
  const outcome = call.outcome.finally(() => (isOver = true));
  await Promise.race([outcome, moment()]);
  const isHit = !isOver;
  call.child.kill('SIGKILL');
  promise(book, await outcome);
  lookAround(world, book);
  return isHit;
}

function promise(book: Scene['book'], { value }: CallOutcome): void {
  const said = value as { readonly tag?: string; readonly id?: string; readonly state?: string } | null;
  if (said?.tag === undefined) return;
  if (said.state === 'mirrored') book.mirrored.add(said.tag);
  else if (said.id !== undefined) book.snapshots.set(said.tag, said.id);
}
