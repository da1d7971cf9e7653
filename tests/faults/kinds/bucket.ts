import { toErrorPayload } from '#shared/errors.ts';
import type { FaultKind, Scene } from '../fault-kind.ts';
import { strikeDuringPush } from '../moments.ts';
import { instanceId } from '../world.ts';

const needs = (): { readonly bucket: true } => ({ bucket: true });

/** A fault that the service answers with until it is taken away or has happened as often as drawn. */
function answering(name: string, arm: (scene: Scene) => void): FaultKind {
  return {
    name,
    needs,
    async strike(scene) {
      const { faults } = scene.world.bucket!.server;
      const before = faults.hits();
      await strikeDuringPush(scene, () => arm(scene));
      return faults.hits() > before;
    },
    lift: ({ world }) => world.bucket!.server.faults.clear(),
  };
}

const uploadCalls = ['upload', 'b2_get_upload_url', 'b2_list_file_names'] as const;

/** The bucket refuses, forgets, or gives back other bytes. */
export const bucketKinds: readonly FaultKind[] = [
  {
    name: 'the token of B2 expires',
    needs,
    strike: async (scene) =>
      (await strikeDuringPush(scene, () => scene.world.bucket!.server.keys.expireTokens())).isHit,
  },
  answering('a storm of 503', ({ world, dice }) => {
    for (const on of uploadCalls)
      world.bucket!.server.faults.arm({ on, kind: 'unavailable', times: dice.whole(1, 2), every: dice.whole(1, 2) });
  }),
  answering('checksums that do not match', ({ world, dice }) =>
    world.bucket!.server.faults.arm({ on: 'upload', kind: 'checksum_mismatch', times: dice.whole(1, 12) }),
  ),
  answering('uploads that are cut', ({ world, dice }) =>
    world.bucket!.server.faults.arm({
      on: 'upload',
      kind: 'cut',
      times: dice.whole(1, 3),
      afterBytes: dice.whole(0, 3000),
    }),
  ),
  answering('answers that are lost', ({ world, dice }) =>
    world.bucket!.server.faults.arm({ on: 'upload', kind: 'lost_answer', times: dice.whole(1, 3) }),
  ),
  answering('the cap of the account', ({ world }) =>
    world.bucket!.server.faults.arm({ on: 'upload', kind: 'cap_exceeded' }),
  ),
  {
    name: 'an object that rots in the bucket',
    needs: () => ({ bucket: true, baseline: true }),
    async strike(scene) {
      const { world, dice, book } = scene;
      world.relay.open();
      const pulled = await scene.pull();
      if (pulled.kind !== 'stored' || (await scene.push(pulled.result.id)).kind !== 'mirrored') return false;
      const objects = world.bucket!.names().filter((name) => name.includes('/objects/'));
      const name = dice.pick(objects);
      world.bucket!.rot(name);
      const core = await world.open();
      const { damaged } = await core.call('mirror.check', { instanceId, readBack: 'all' });
      if (!damaged.some((each) => name.endsWith(each.name)))
        book.violations.push({
          invariant: 'I2',
          what: `${name} rotted, and a check that read everything did not say so`,
        });
      const { items } = await core.call('mirror.list', { instanceId });
      const shown = items.find((item) => item.tag === pulled.result.tag);
      if (damaged.length > 0 && isPartOf(name, world, pulled.result.tag) && shown?.state === 'mirrored')
        book.violations.push({
          invariant: 'I2',
          what: `${name} is damaged and ${pulled.result.tag} is called mirrored`,
        });
      for (const item of items) {
        if (item.snapshotId === null || item.state === 'mirrored') continue;
        await core.call('mirror.repair', { snapshotId: item.snapshotId });
      }
      await core.call('mirror.check', { instanceId, readBack: 'all' });
      return damaged.length > 0;
    },
  },
  {
    name: 'other bytes on the way back',
    needs: () => ({ bucket: true, baseline: true }),
    async strike(scene) {
      const { world, dice } = scene;
      world.relay.open();
      const pulled = await scene.pull();
      if (pulled.kind !== 'stored' || (await scene.push(pulled.result.id)).kind !== 'mirrored') return false;
      const { faults } = world.bucket!.server;
      const before = faults.hits();
      for (const on of ['download_by_name', 'download_by_id'])
        faults.arm({
          on,
          kind: dice.pick(['flipped', 'cut', 'unavailable'] as const),
          times: dice.whole(1, 3),
          afterBytes: 100,
        });
      const core = await world.open();
      try {
        await core.call('mirror.check', { instanceId, readBack: 'all' });
      } catch (thrown) {
        if (toErrorPayload(thrown).code === 'internal') throw thrown;
      }
      return faults.hits() > before;
    },
    async lift({ world }) {
      world.bucket!.server.faults.clear();
      await (await world.open()).call('mirror.check', { instanceId, readBack: 'all' });
    },
  },
];

function isPartOf(name: string, world: Scene['world'], tag: string): boolean {
  const manifest = world.bucket!.server.store.current(
    world.bucket!.name,
    `blueprint-validation/vast/${instanceId}/snapshots/${tag}.json`,
  );
  return manifest.bytes.toString().includes(name.slice(-64));
}
