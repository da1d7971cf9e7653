import { describe, expect, test } from 'vitest';
import { guardedRoom } from './guarded-room.ts';

const slow = 90_000;

describe('the guard of an open room', () => {
  test(
    'a deadline stops the machine, proved, in the name of the guard; once it has done so it is spent',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ label: 'night', status: 'running' });
      const other = await room.vast.control.addMachine({ status: 'running' });
      const core = await room.openResident();
      const { guard } = await core.call('guards.arm', { id, maxRunHours: 1, idleMinutes: null, confirm: String(id) });
      expect(guard).toMatchObject({ state: 'part_armed', nextStop: { reason: 'deadline', at: guard.room.deadlineAt } });
      expect(room.stops(id)).toBe(0);
      room.passMinutes(61);
      await room.until('the proof', async () => (await room.item(core, id)).phase === 'stopped');
      await room.until('the notice', () => room.notices.some(({ title }) => title === 'Stopped: night'));
      const [job, ...more] = await room.guardJobs(core);
      expect(more).toEqual([]);
      expect(job).toMatchObject({ kind: 'instances.stop', actor: 'guard', state: 'succeeded' });
      expect(room.vast.control.machines().find((it) => it.id === id)).toMatchObject({ isBilledForGpu: false });
      expect(room.stops(other)).toBe(0);
      // A person starts it again: the deadline of before does not take it down.
      await core.call('instances.start', { id });
      room.passMinutes(1);
      await room.until('another look', async () => (await room.item(core, id)).phase === 'running');
      const again = await room.item(core, id);
      expect(again.guard).toMatchObject({ room: { isArmed: true }, nextStop: null });
      expect(await room.guardJobs(core)).toHaveLength(1);
    },
    slow,
  );

  test(
    'a stop that is accepted and never done is tried for ever, and said each time',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ label: 'stuck', status: 'running' });
      const core = await room.openResident();
      await core.call('guards.arm', { id, maxRunHours: 1, confirm: String(id) });
      room.vast.control.setFault({ name: 'stop_ignored' });
      room.passMinutes(61);
      for (let tries = 1; tries <= 3; tries += 1) {
        await room.until(
          `failure ${tries}`,
          () => room.notices.filter((it) => it.urgency === 'critical').length >= tries,
        );
        room.passMinutes(6);
      }
      await room.until('the state', async () => (await room.item(core, id)).guard.state === 'stop_not_confirmed');
      const item = await room.item(core, id);
      expect(item.guard.words).toMatch(/still billed/i);
      expect(item.alerts.map((it) => it.code)).toContain('guard_stop_not_confirmed');
      room.vast.control.clearFaults();
      room.passMinutes(6);
      await room.until('the proof', () => room.notices.some(({ title }) => title === 'Stopped: stuck'));
      expect((await room.item(core, id)).guard.state).toBe('not_needed');
    },
    slow,
  );

  test(
    'under a storm of 429 nothing is taken for stopped, and the stop comes when it is over',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running' });
      const core = await room.openResident();
      await core.call('guards.arm', { id, maxRunHours: 1, confirm: String(id) });
      room.vast.control.setFault({ name: 'rate_limit_storm' });
      room.passMinutes(61);
      await room.until('a failed try', () => room.notices.some((it) => it.urgency === 'critical'));
      expect(room.notices.some(({ title }) => title.startsWith('Stopped'))).toBe(false);
      room.vast.control.clearFaults();
      room.passMinutes(6);
      await room.until('the proof', () => room.notices.some(({ title }) => title.startsWith('Stopped')));
    },
    slow,
  );

  test(
    'a budget stops at its cap and warns on the way, once for each share',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running', gpuPerHourUsd: 6 });
      const core = await room.openResident();
      await core.call('guards.arm', { id, idleMinutes: null, confirm: String(id) });
      await core.call('budget.set', { instanceId: String(id), capUsd: 20 });
      /** A part of the cap is spent, by both clocks. */
      const spend = (percent: number): void => {
        room.vast.control.advance(percent * 120);
        room.passMinutes(percent * 2);
      };
      const warned = (share: number): number => room.notices.filter(({ body }) => body.startsWith(`${share} %`)).length;
      for (const [percent, share] of [
        [55, 50],
        [28, 80],
        [13, 95],
      ] as const) {
        spend(percent);
        await room.until(`the warning at ${share} %`, () => warned(share) === 1);
        expect(room.stops(id)).toBe(0);
      }
      spend(6);
      await room.until('the proof', () => room.notices.some(({ title }) => title.startsWith('Stopped')));
      expect([warned(50), warned(80), warned(95)]).toEqual([1, 1, 1]);
      expect((await room.guardJobs(core)).map((it) => it.state)).toEqual(['succeeded']);
    },
    slow,
  );

  test(
    'the API alone is never enough for idle: it is said, and the machine runs on',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running', gpuUtilPercent: 0 });
      const core = await room.openResident();
      await core.call('guards.arm', { id, idleMinutes: 10, confirm: String(id) });
      for (let minutes = 0; minutes < 15; minutes += 1) {
        room.passMinutes(1);
        await room.item(core, id);
      }
      await room.until('the words', async () => /Idle can not be told/.test((await room.item(core, id)).guard.words));
      expect(room.stops(id)).toBe(0);
      expect(await room.guardJobs(core)).toEqual([]);
    },
    slow,
  );

  test(
    'outbid: at its deadline it is stopped all the same, so that it does not come back and bill',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running', bidPerHourUsd: 0.5 });
      const core = await room.openResident();
      await core.call('guards.arm', { id, maxRunHours: 1, confirm: String(id) });
      room.vast.control.setFault({ name: 'outbid' });
      await room.until('outbid', async () => {
        const { phase } = await room.item(core, id);
        return phase !== 'running';
      });
      room.passMinutes(61);
      await room.until('the proof', () => room.notices.some(({ title }) => title.startsWith('Stopped')));
      expect(room.vast.control.machines()).toMatchObject([{ intendedStatus: 'stopped', isBilledForGpu: false }]);
    },
    slow,
  );

  test(
    'credit gone: everything is down, and the guard says nothing that was not read',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running' });
      const core = await room.openResident();
      await core.call('guards.arm', { id, maxRunHours: 1, confirm: String(id) });
      room.vast.control.setFault({ name: 'credit_gone' });
      room.passMinutes(61);
      await room.until('its end', async () => {
        const { phase, guard } = await room.item(core, id);
        return phase === 'stopped' && guard.state === 'not_needed';
      });
    },
    slow,
  );

  test(
    'disarming takes back a stop that is under way; arming anew counts from then',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running' });
      const core = await room.openResident();
      await core.call('guards.arm', { id, maxRunHours: 1, confirm: String(id) });
      room.vast.control.setFault({ name: 'stop_ignored' });
      room.passMinutes(61);
      await room.until('a job', async () => (await room.guardJobs(core)).length === 1);
      await core.call('guards.disarm', { id });
      await room.until('its end', async () => (await room.guardJobs(core))[0]?.state === 'cancelled');
      room.passMinutes(10);
      expect((await room.item(core, id)).guard).toMatchObject({ state: 'none', room: { isArmed: false } });
      expect(await room.guardJobs(core)).toHaveLength(1);
    },
    slow,
  );

  test(
    'what was armed, warned and begun survives the room',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running' });
      const first = await room.openResident();
      await first.call('guards.arm', { id, maxRunHours: 1, confirm: String(id) });
      room.vast.control.setFault({ name: 'stop_ignored' });
      room.passMinutes(61);
      await room.until('a job', async () => (await room.guardJobs(first)).length === 1);
      await first.close();
      room.vast.control.clearFaults();
      const second = await room.openResident();
      await room.until('the proof', () => room.notices.some(({ title }) => title.startsWith('Stopped')));
      expect((await room.item(second, id)).phase).toBe('stopped');
    },
    slow,
  );

  test('bad input is refused in words, and changes nothing', async () => {
    const room = await guardedRoom();
    const id = await room.vast.control.addMachine({ status: 'running' });
    const core = await room.openResident();
    await expect(core.call('guards.arm', { id })).rejects.toMatchObject({ code: 'invalid_input' });
    const typed = { id, confirm: String(id) };
    const past = '2020-01-01T00:00:00Z';
    await expect(core.call('guards.arm', { ...typed, deadlineAt: past })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(
      core.call('guards.arm', { ...typed, deadlineAt: '2999-01-01T00:00:00Z', maxRunHours: 1 }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(core.call('guards.arm', { id: 999, confirm: '999' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(core.call('guards.disarm', { id })).rejects.toMatchObject({ code: 'conflict' });
    await expect(core.call('guards.renew', { id })).rejects.toMatchObject({ code: 'could_not_tell' });
    await core.call('instances.adopt', { id });
    const item = await room.item(core, id);
    expect(item.guard.room.isArmed).toBe(false);
    expect(item.alerts.map((it) => it.code)).toContain('unguarded');
  });
});

describe('stop everything', () => {
  test(
    'each armed machine with its own proof; what is not armed is left alone and named',
    async () => {
      const room = await guardedRoom();
      const ids = await Promise.all([1, 2].map(() => room.vast.control.addMachine({ status: 'running' })));
      const other = await room.vast.control.addMachine({ label: 'not mine', status: 'running' });
      const core = await room.openResident();
      await expect(core.call('instances.stopAll', {})).rejects.toMatchObject({ code: 'conflict' });
      for (const id of ids) await core.call('guards.arm', { id, confirm: String(id) });
      const { machines, notArmed } = await core.call('instances.stopAll', {});
      expect(new Map(machines.map((it) => [it.id, it.state]))).toEqual(
        new Map(ids.map((id) => [String(id), 'stopped'])),
      );
      expect(machines.every((it) => it.provedAt !== null)).toBe(true);
      expect(notArmed).toMatchObject([{ id: String(other), label: 'not mine' }]);
      expect(room.stops(other)).toBe(0);
    },
    slow,
  );

  test(
    'one that is not proved fails the whole, with the lines of the others',
    async () => {
      const room = await guardedRoom();
      const [good, bad] = [
        await room.vast.control.addMachine({ status: 'running' }),
        await room.vast.control.addMachine({ status: 'running' }),
      ];
      const core = await room.openResident();
      for (const id of [good, bad]) await core.call('guards.arm', { id, confirm: String(id) });
      room.vast.control.setFault({ name: 'stop_ignored', instanceId: bad });
      const failure = core.call('instances.stopAll', { timeoutSeconds: 120 });
      await expect(failure).rejects.toMatchObject({
        code: 'still_billed',
        message: expect.stringContaining('1 of 2'),
        details: {
          machines: expect.arrayContaining([expect.objectContaining({ id: String(good), state: 'stopped' })]),
        },
      });
    },
    slow,
  );
});
