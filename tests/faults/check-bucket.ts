import { createHash } from 'node:crypto';
import type { Book } from './book.ts';
import { instanceId, type World } from './world.ts';

/**
 * I1 to I3 in the bucket: nothing that was there is gone, every object has the bytes of its name, and each snapshot
 * that is called mirrored can be put together from what is there.
 */
export async function checkBucket(world: World, book: Book): Promise<void> {
  const { bucket } = world;
  if (bucket === null) return;
  const names = new Set(bucket.names());
  for (const name of book.objects)
    if (!names.has(name)) book.violations.push({ invariant: 'I3', what: `${name} was in the bucket and is gone` });
  const base = `blueprint-validation/vast/${instanceId}`;
  const good = new Set<string>();
  for (const name of names) {
    const sha256 = /\/objects\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(name)?.[1];
    if (sha256 === undefined) continue;
    const { bytes } = bucket.server.store.current(bucket.name, name);
    if (createHash('sha256').update(bytes).digest('hex') === sha256) good.add(sha256);
    else book.violations.push({ invariant: 'I2', what: `${name} has other bytes` });
  }
  const core = await world.open();
  const { items } = await core.call('mirror.list', { instanceId });
  const called = new Set(items.filter((item) => item.state === 'mirrored').map((item) => item.tag));
  for (const tag of book.mirrored)
    if (!called.has(tag)) {
      const shown = items.filter((item) => item.tag === tag).map(({ state, because }) => `${state}: ${because}`);
      book.violations.push({ invariant: 'I1', what: `${tag} was mirrored and is not called so: ${shown.join(', ')}` });
    }
  for (const tag of new Set([...called, ...book.mirrored])) {
    const name = `${base}/snapshots/${tag}.json`;
    if (!names.has(name)) {
      book.violations.push({ invariant: 'I2', what: `${tag} is called mirrored and has no manifest in the bucket` });
      continue;
    }
    const manifest = JSON.parse(bucket.server.store.current(bucket.name, name).bytes.toString()) as {
      readonly files: readonly { readonly sha256: string | null; readonly sizeBytes: number; readonly path: string }[];
    };
    // No file of a campaign is large enough to go in pieces.
    for (const { sha256, sizeBytes, path } of manifest.files)
      if (sha256 !== null && sizeBytes > 0 && !good.has(sha256))
        book.violations.push({
          invariant: 'I2',
          what: `${path} of ${tag} is called mirrored and is not in the bucket`,
        });
  }
}
