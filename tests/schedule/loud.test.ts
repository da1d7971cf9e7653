import { renameSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { scheduled } from './scheduled-machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

test('one failed copy of an errand is told at once; what reached nobody is told by the next room, once', async () => {
  const { core, open, instanceId, passMinutes, root, notices, reachSomebody } = await scheduled();
  await core.call('schedule.set', { instanceId });
  renameSync(root, `${root}.away`);
  reachSomebody(false);
  await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  expect((await core.call('schedule.list', {})).items[0]!.incident).toMatchObject({ state: 'failing' });
  await core.close();
  expect(notices).toEqual([]);

  reachSomebody(true);
  const room = await open('resident');
  await vi.waitFor(() => expect(notices).toMatchObject([{ title: 'Copies fail: night', urgency: 'critical' }]), {
    timeout: 60_000,
  });
  await room.close();
  passMinutes(2);
  const next = await open();
  await expect(next.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  expect(notices, 'told once').toHaveLength(1);

  renameSync(`${root}.away`, root);
  passMinutes(20);
  await next.call('sync.once', {});
  expect(notices.map(({ title }) => title)).toEqual(['Copies fail: night', 'Copied again: night']);
});

test('what was wrong while nobody could be told is told when it is over', async () => {
  const { core, instanceId, passMinutes, root, notices, reachSomebody } = await scheduled();
  await core.call('schedule.set', { instanceId });
  renameSync(root, `${root}.away`);
  reachSomebody(false);
  await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  renameSync(`${root}.away`, root);
  reachSomebody(true);
  passMinutes(20);
  await core.call('sync.once', {});
  expect(notices).toMatchObject([{ title: 'Copies failed for a while: night', urgency: 'normal' }]);
});

test('a machine that was stopped while no room was open has missed nothing, and is not late after its rest', async () => {
  const { core, open, instanceId, passMinutes, notices } = await scheduled();
  await core.call('schedule.set', { instanceId });
  await core.call('sync.once', {});
  await core.call('instances.stop', { id: instanceId, snapshot: 'skip', confirm: instanceId });
  await core.close();
  passMinutes(40);
  const next = await open();
  expect((await next.call('sync.once', {})).slots).toMatchObject([{ state: 'skipped', skip: 'paused' }]);
  const [rested] = (await next.call('schedule.list', {})).items;
  expect(rested!.slots.map(({ state, skip, count }) => `${count} ${state} ${skip}`)).toEqual([
    '1 skipped paused',
    '19 skipped paused',
    '1 done null',
  ]);
  await next.call('instances.start', { id: instanceId });
  passMinutes(2);
  expect((await next.call('sync.once', {})).slots).toMatchObject([{ state: 'done', isCatchUp: false }]);
  expect(notices).toEqual([]);
});

test('a copy that was handed over is mirrored by whoever finds its slot', async () => {
  const { core, open, instanceId, passMinutes, bucket } = await scheduled();
  await core.call('schedule.set', { instanceId, mirror: true });
  const running = core.call('sync.once', {}).catch(() => null);
  await vi.waitFor(
    async () => {
      const { items } = await core.call('jobs.list', { kinds: ['snapshots.pull'] });
      expect(items).toMatchObject([{ state: 'running' }]);
    },
    { timeout: 60_000, interval: 5 },
  );
  await core.core.jobs.handOver();
  await running;
  await core.close();
  const room = await open('resident');
  await vi.waitFor(
    async () => {
      const { items } = await room.call('jobs.list', { kinds: ['snapshots.pull'] });
      expect(items).toMatchObject([{ state: 'succeeded' }]);
    },
    { timeout: 60_000 },
  );
  expect((await room.call('schedule.list', {})).items[0]!.slots.at(-1)).toMatchObject({ state: 'running' });
  passMinutes(1.5);
  await vi.waitFor(
    async () =>
      expect((await room.call('schedule.list', {})).items[0]!.slots.at(-1)).toMatchObject({
        state: 'done',
        mirror: 'mirrored',
      }),
    { timeout: 120_000 },
  );
  expect(bucket.names().some((name) => name.includes('/snapshots/'))).toBe(true);
});
