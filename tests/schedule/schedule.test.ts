import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { scheduled } from './scheduled-machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

test('every slot is run once, mirrored, and accounted for; what fails twice is loud until it is over', async () => {
  const { core, instanceId, passMinutes, root, notices, bucket } = await scheduled();
  await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'not_found' });
  expect(await core.call('schedule.set', { instanceId, mirror: true })).toMatchObject({
    settings: { isOn: true, intervalMinutes: 2, mirror: true },
    incident: null,
  });
  const [first] = (await core.call('sync.once', {})).slots;
  expect(first).toMatchObject({ state: 'done', mirror: 'mirrored', isCatchUp: false, count: 1 });
  expect(bucket.names().some((name) => name.includes('/snapshots/'))).toBe(true);
  expect((await core.call('sync.once', {})).slots, 'the same slot is not run again').toEqual([first]);

  passMinutes(2);
  const [second] = (await core.call('sync.once', { instanceId })).slots;
  expect(second).toMatchObject({ state: 'done', snapshotId: first!.snapshotId, mirror: 'mirrored' });

  renameSync(root, `${root}.away`);
  for (const _ of [1, 2]) {
    passMinutes(2);
    await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  }
  const [failing] = (await core.call('schedule.list', {})).items;
  expect(failing!.incident).toMatchObject({ state: 'failing', because: expect.stringContaining('2 copies in a row') });
  expect(notices.filter(({ urgency }) => urgency === 'critical').map(({ title }) => title)).toEqual([
    'Copies fail: night',
  ]);
  passMinutes(2);
  await expect(core.call('sync.once', {}), 'skipped, and nothing is good').rejects.toMatchObject({
    code: 'tool_failed',
    details: { slots: [{ state: 'skipped', skip: 'backed_off' }] },
  });

  renameSync(`${root}.away`, root);
  passMinutes(20);
  expect((await core.call('sync.once', {})).slots).toMatchObject([{ state: 'done', isCatchUp: true }]);
  const [healed] = (await core.call('schedule.list', {})).items;
  expect(healed!.incident).toBeNull();
  expect(healed!.slots.map(({ state, count }) => `${count} ${state}`)).toEqual([
    '1 done',
    '9 missed',
    '1 skipped',
    '1 failed',
    '1 failed',
    '1 done',
    '1 done',
  ]);
  expect(notices.at(-1)).toMatchObject({ title: 'Copied again: night' });
});

test('two rooms on one workspace never run a slot twice', async () => {
  const { core, open, instanceId } = await scheduled();
  await core.call('schedule.set', { instanceId });
  const other = await open();
  await Promise.allSettled([core.call('sync.once', {}), other.call('sync.once', {})]);
  const { items } = await core.call('jobs.list', { kinds: ['snapshots.pull'] });
  expect(items).toHaveLength(1);
});

test('an open room copies by itself, and rests while the machine is stopped', async () => {
  const { core, open, instanceId, passMinutes, simulator } = await scheduled();
  await core.call('schedule.set', { instanceId });
  await core.close();
  const room = await open('resident');
  const newest = async () => (await room.call('schedule.list', {})).items[0]!.slots[0];
  await vi.waitFor(async () => expect(await newest()).toMatchObject({ state: 'done' }), { timeout: 120_000 });
  await room.call('instances.stop', { id: instanceId, snapshot: 'skip', confirm: instanceId });
  expect(simulator.control.machines()[0]!.actualStatus).toBe('exited');
  passMinutes(2);
  await vi.waitFor(
    async () => expect(await newest()).toMatchObject({ state: 'skipped', because: 'The machine is stopped.' }),
    { timeout: 60_000 },
  );
  passMinutes(2);
  await vi.waitFor(async () => expect((await newest())!.count).toBe(2), { timeout: 60_000 });
  expect((await room.call('schedule.list', {})).items[0]!.incident).toBeNull();
});

test('a slot is done while large files are pending; they come beside it on their own interval and join a later one', async () => {
  const { core, instanceId, passMinutes, root, workspace, open } = await scheduled();
  const profile = join(workspace, 'configs/sync-profiles/ours.yaml');
  writeFileSync(profile, `${readFileSync(profile, 'utf8')}largeFileMib: 1\nlargeEveryMinutes: 30\n`);
  const write = (seed: number): void => writeFileSync(join(root, 'model.bin'), Buffer.alloc(3_000_000, seed));
  const current = async () => (await core.call('snapshots.list', { instanceId })).items.find((item) => item.isCurrent)!;
  const copies = async () => (await core.call('jobs.list', { kinds: ['snapshots.pullLarge'] })).items;
  write(1);
  await core.call('schedule.set', { instanceId });
  expect((await core.call('sync.once', {})).slots).toMatchObject([{ state: 'done' }]);
  expect(await current()).toMatchObject({ fileCount: 1, pending: [{ sizeBytes: 3_000_000 }] });
  expect(await copies()).toMatchObject([{ state: 'succeeded', result: { arrivedCount: 1 } }]);
  passMinutes(2);
  await core.call('sync.once', {});
  expect(await current()).toMatchObject({ fileCount: 2, pending: [] });
  // Written anew within the interval: pending until that is over.
  write(2);
  passMinutes(2);
  await core.call('sync.once', {});
  expect(await current()).toMatchObject({ carriedCount: 1, pending: [{ sizeBytes: 3_000_000 }] });
  expect(await copies()).toHaveLength(1);
  // A room that stays open starts it beside its slots, and the next slot takes what has come.
  await core.close();
  passMinutes(30);
  const room = await open('resident');
  const large = async () => (await room.call('jobs.list', { kinds: ['snapshots.pullLarge'] })).items;
  await vi.waitFor(async () => expect(await large()).toMatchObject([{ state: 'succeeded' }, {}]), { timeout: 120_000 });
  passMinutes(2);
  await vi.waitFor(
    async () => {
      const { items } = await room.call('snapshots.list', { instanceId });
      expect(items.find((item) => item.isCurrent)).toMatchObject({ pending: [], carriedCount: 0 });
    },
    { timeout: 120_000 },
  );
});
