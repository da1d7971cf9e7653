import { startKeyless, type Keyless } from '../keyless.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';

const strangers = new WeakMap<Scene, Sshd | Keyless>();

/** Somebody else answers at the machine's address. */
export const identityKinds: readonly FaultKind[] = [
  {
    name: 'a changed host key',
    needs: () => ({ baseline: true }),
    async strike(scene) {
      const stranger = await startSshd({ hostKeyTypes: [scene.dice.pick(['ed25519', 'rsa'] as const)] });
      return meet(scene, stranger, 'host_key_changed');
    },
    lift: leave,
  },
  {
    name: 'an absent host key',
    needs: () => ({ baseline: true }),
    async strike(scene) {
      const keyless = await startKeyless(scene.world.folder);
      const isHit = await meet(scene, keyless, 'ssh_unreachable');
      return isHit && keyless.connectionCount() > 0;
    },
    lift: leave,
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

/** The stranger takes the machine's place, before a pull or while one runs; the next one must end with `code`. */
async function meet(scene: Scene, stranger: Sshd | Keyless, code: string): Promise<boolean> {
  const { relay } = scene.world;
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
  if (met.kind !== 'failed' || met.code !== code)
    scene.book.violations.push({ invariant: 'I2', what: `a pull from a stranger ended ${JSON.stringify(met)}` });
  return isHit;
}

async function leave(scene: Scene): Promise<void> {
  scene.world.relay.aim(scene.world.sshd.port);
  scene.world.relay.cut();
  await strangers.get(scene)?.close();
}
