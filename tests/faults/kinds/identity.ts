import { startKeyless, type Keyless } from '../keyless.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';

const strangers = new WeakMap<Scene, Sshd>();
const keylessOnes = new WeakMap<Scene, Keyless>();

/** Somebody else answers at the machine's address. */
export const identityKinds: readonly FaultKind[] = [
  {
    name: 'a changed host key',
    needs: () => ({ baseline: true }),
    async strike(scene) {
      const { relay } = scene.world;
      const stranger = await startSshd({ hostKeyTypes: [scene.dice.pick(['ed25519', 'rsa'] as const)] });
      strangers.set(scene, stranger);
      const swap = (): void => {
        relay.aim(stranger.port);
        relay.cut();
      };
      let isHit = true;
      if (scene.dice.chance(0.5)) swap();
      else ({ isHit } = await strikeDuringPull(scene, swap));
      // The pull was over before its moment: the next one meets the stranger all the same.
      if (!isHit) swap();
      const met = await scene.pull();
      if (met.kind !== 'failed' || met.code !== 'host_key_changed')
        scene.book.violations.push({ invariant: 'I2', what: `a pull from a stranger ended ${JSON.stringify(met)}` });
      return isHit;
    },
    async lift(scene) {
      scene.world.relay.aim(scene.world.sshd.port);
      scene.world.relay.cut();
      await strangers.get(scene)?.close();
    },
  },
  {
    name: 'an absent host key',
    needs: () => ({ baseline: true }),
    async strike(scene) {
      const { relay } = scene.world;
      const keyless = await startKeyless(scene.world.folder);
      keylessOnes.set(scene, keyless);
      const swap = (): void => {
        relay.aim(keyless.port);
        relay.cut();
      };
      let isHit = true;
      if (scene.dice.chance(0.5)) swap();
      else ({ isHit } = await strikeDuringPull(scene, swap));
      if (!isHit) swap();
      const met = await scene.pull();
      if (met.kind !== 'failed' || met.code !== 'ssh_unreachable')
        scene.book.violations.push({ invariant: 'I2', what: `a pull from nobody ended ${JSON.stringify(met)}` });
      return isHit && keyless.connectionCount() > 0;
    },
    async lift(scene) {
      scene.world.relay.aim(scene.world.sshd.port);
      scene.world.relay.cut();
      await keylessOnes.get(scene)?.close();
    },
  },
  {
    name: 'a host key that nobody vouched for',
    weight: 0.5,
    async strike(scene) {
      const met = await scene.pull({ instanceId: 'stranger', acceptNewHostKey: false });
      if (met.kind !== 'failed' || met.code !== 'host_key_unknown')
        scene.book.violations.push({ invariant: 'I2', what: `a pull from a stranger ended ${JSON.stringify(met)}` });
      return met.kind === 'failed';
    },
  },
];
