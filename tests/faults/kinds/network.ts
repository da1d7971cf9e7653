import type { FaultKind } from '../fault-kind.ts';
import { sleep, strikeDuringPull } from '../moments.ts';

/** The way to the machine fails, and comes back. */
export const networkKinds: readonly FaultKind[] = [
  {
    name: 'reset by the network',
    countsBytes: true,
    strike: async (scene) => (await strikeDuringPull(scene, () => scene.world.relay.cut())).isHit,
  },
  {
    name: 'reset by the machine',
    countsBytes: true,
    strike: async (scene) => (await strikeDuringPull(scene, () => scene.world.sshd.cutConnections())).isHit,
  },
  {
    name: 'several resets in a row',
    countsBytes: false,
    async strike(scene) {
      let hits = 0;
      for (let i = 0; i < 3; i++)
        if ((await strikeDuringPull(scene, () => scene.world.relay.cut(), scene.dice.between(0.02, 0.3))).isHit)
          hits += 1;
      return hits > 0;
    },
  },
  {
    name: 'cut in the middle of a large file',
    needs: (dice) => ({ largeMib: dice.whole(12, 16) }),
    countsBytes: true,
    strike: async (scene) =>
      (await strikeDuringPull(scene, () => scene.world.relay.cut(), scene.dice.between(0.3, 0.93))).isHit,
  },
  {
    name: 'silent stall, then a reset',
    countsBytes: true,
    async strike(scene) {
      const { relay } = scene.world;
      const { isHit } = await strikeDuringPull(scene, async () => {
        relay.stall();
        await sleep(scene.dice.between(50, 1500));
        relay.cut();
      });
      return isHit;
    },
  },
  {
    name: 'silent stall, then it goes on',
    countsBytes: true,
    async strike(scene) {
      const { relay } = scene.world;
      const { isHit } = await strikeDuringPull(scene, async () => {
        relay.stall();
        await sleep(scene.dice.between(50, 2500));
        relay.open();
      });
      return isHit;
    },
  },
  {
    name: 'silence that nobody ends',
    weight: 0.3,
    countsBytes: true,
    strike: async (scene) => (await strikeDuringPull(scene, () => scene.world.relay.stall())).isHit,
    lift: ({ world }) => world.relay.cut(),
  },
  {
    name: 'half-open link',
    countsBytes: true,
    async strike(scene) {
      const { relay, sshd } = scene.world;
      const { isHit } = await strikeDuringPull(scene, async () => {
        relay.stall();
        await sshd.cutConnections();
        await sleep(scene.dice.between(50, 1500));
        relay.cut();
      });
      return isHit;
    },
  },
  {
    name: 'slow drip',
    countsBytes: true,
    async strike(scene) {
      const { relay } = scene.world;
      const { isHit } = await strikeDuringPull(scene, async () => {
        relay.open(scene.dice.between(300, 4000));
        await sleep(scene.dice.between(300, 2500));
        if (scene.dice.chance(0.5)) relay.cut();
        relay.open();
      });
      return isHit;
    },
  },
  {
    name: 'the machine is off for a while',
    countsBytes: true,
    async strike(scene) {
      const { isHit } = await strikeDuringPull(scene, () => scene.world.sshd.stop());
      // The pull was over before its moment: the next one finds it off all the same.
      if (!isHit) await scene.world.sshd.stop();
      const during = await scene.pull();
      if (during.kind !== 'failed')
        scene.book.violations.push({ invariant: 'I2', what: `a pull from a machine that is off ended ${during.kind}` });
      return isHit;
    },
    lift: ({ world }) => world.sshd.restart(),
  },
];
