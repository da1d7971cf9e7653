import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { leaseRequestCommand } from '#shared/rules/shutdown-command.ts';
import { rentedMachine } from '../remote/rented-machine.ts';
import { guardedRoom } from './guarded-room.ts';
import { shellOf } from './machine-double.ts';

const slow = 90_000;

/** An armed room, a running machine of the provider, and its inside. */
async function rented(options: Partial<Parameters<typeof rentedMachine>[0]> = {}) {
  const room = await guardedRoom();
  const id = await room.vast.control.addMachine({ label: 'night', status: 'running', gpuUtilPercent: 0 });
  const machine = rentedMachine({ api: room.vast.url, id, key: `instance-key-${id}`, ...options });
  const shell = shellOf({ [String(id)]: machine });
  const checkout = machine.path('checkout');
  mkdirSync(`${checkout}/scripts`, { recursive: true });
  const envFile = `${checkout}/scripts/runtime_env.local`;
  return { room, id, machine, shell, checkout, envFile };
}

describe.skipIf(process.platform !== 'linux')('the lease, held by a room', () => {
  test(
    'an open room renews it and tells the machine its limits; closed, it leaves the machine to its lease',
    async () => {
      const { room, id, machine, shell } = await rented();
      await machine.boot();
      const core = await room.openResident(shell);
      await core.call('guards.arm', { id, idleMinutes: 45, maxRunHours: 2, confirm: String(id) });
      await room.until('the first renewal', async () => (await room.item(core, id)).guard.state === 'armed');
      const { guard } = await room.item(core, id);
      expect(guard.lease).toMatchObject({ state: 'armed', idleLimitSeconds: 2700, leaseLeftSeconds: 1800 });
      // The machine's own limit comes ten minutes after the room's.
      expect(guard.lease.maxLeftSeconds).toBeGreaterThan(7700);
      expect(guard.nextStop?.reason).toBe('idle');
      const renewedAt = machine.read('renewed');
      await machine.pass(600);
      room.passMinutes(10);
      await room.until('the next renewal', () => machine.read('renewed') !== renewedAt);
      await core.close();
      machine.grow('a file');
      await machine.pass(1790);
      expect(room.stops(id)).toBe(0);
      await machine.pass(20);
      await room.until('the stop', () => room.stops(id) > 0);
      expect(machine.log()).toMatch(/stop lease out/);
    },
    slow,
  );

  test(
    'idle: the machine’s own word stops it, in the name of the guard',
    async () => {
      const { room, id, machine, shell } = await rented();
      await machine.boot();
      const core = await room.openResident(shell);
      await core.call('guards.arm', { id, idleMinutes: 20, confirm: String(id) });
      await room.until('the first renewal', async () => (await room.item(core, id)).guard.state === 'armed');
      await machine.pass(1150);
      room.passMinutes(4);
      await room.until('the warning', () => room.notices.some(({ body }) => /it is stopped after 20 min/.test(body)));
      await machine.pass(60);
      room.passMinutes(4);
      await room.until('the proof', () => room.notices.some(({ title }) => title === 'Stopped: night'));
      const [job] = await room.guardJobs(core);
      expect(job).toMatchObject({ state: 'succeeded', actor: 'guard' });
      expect(JSON.stringify(job?.result)).toMatch(/No step and no pipeline was running/);
    },
    slow,
  );

  test(
    'a step keeps it alive, and a lease that can not be read is told and never counts as idle',
    async () => {
      const { room, id, machine, shell } = await rented();
      await machine.boot();
      machine.process(4000, 'python', '-m', 'blueprint_validation.cli', 'run-all');
      const core = await room.openResident(shell);
      await core.call('guards.arm', { id, idleMinutes: 20, confirm: String(id) });
      await room.until('the first renewal', async () => (await room.item(core, id)).guard.state === 'armed');
      const renewedAt = machine.read('renewed');
      await machine.pass(1500);
      room.passMinutes(4);
      await room.until('another renewal', () => machine.read('renewed') !== renewedAt);
      expect((await room.item(core, id)).guard.lease.quietSeconds).toBe(0);
      machine.endProcess(4000);
      shell.cut(true);
      await machine.pass(600);
      for (let turns = 0; turns < 8; turns += 1) {
        room.passMinutes(4);
        await room.item(core, id);
      }
      await room.until('the alert', async () =>
        (await room.item(core, id)).alerts.some((it) => it.code === 'lease_unreadable'),
      );
      expect(await room.guardJobs(core)).toEqual([]);
      expect(room.stops(id)).toBe(0);
    },
    slow,
  );
});

describe.skipIf(process.platform !== 'linux')('auto-shutdown of a machine', () => {
  test(
    'where the first process shows its key, a lease is installed and the command made real',
    async () => {
      const { room, id, machine, shell, checkout, envFile } = await rented({ keySeenBy: 'first_process' });
      writeFileSync(envFile, 'export HF_TOKEN="hf_x y"\nBLUEPRINT_AUTO_SHUTDOWN_CMD="echo stop"\nB2_BUCKET=b\n');
      const core = await room.openResident(shell);
      expect(await core.call('shutdown.check', { id, checkout })).toMatchObject({ kind: 'placeholder' });
      const armed = await core.call('shutdown.arm', { id, checkout, idleSeconds: 'off' });
      expect(armed).toMatchObject({ command: { kind: 'real' }, lease: { state: 'armed' }, path: envFile });
      const text = readFileSync(envFile, 'utf8');
      expect(text).toBe(
        `export HF_TOKEN="hf_x y"\nB2_BUCKET=b\nBLUEPRINT_AUTO_SHUTDOWN_CMD='${leaseRequestCommand}'\n`,
      );
      expect(statSync(envFile).mode & 0o777).toBe(0o600);
      expect(armed.backupPath).not.toBeNull();
      expect(readFileSync(armed.backupPath!, 'utf8')).toContain('echo stop');
      expect(await core.call('shutdown.check', { id, checkout })).toMatchObject({ kind: 'real' });
      // The drill: its own key, from inside.
      const { drill } = await core.call('shutdown.drill', { id });
      expect(drill.state).toBe('passed');
      expect((await room.item(core, id)).guard.drill.state).toBe('passed');
      // As the pipeline calls it, to its end.
      expect((await machine.shell(leaseRequestCommand)).exitCode).toBe(0);
      await room.until('the stop', () => room.stops(id) > 0);
    },
    slow,
  );

  test(
    'without a key it says that a restart is needed, and changes nothing',
    async () => {
      const { room, id, shell, checkout, envFile } = await rented({ keySeenBy: 'nobody' });
      writeFileSync(envFile, 'BLUEPRINT_AUTO_SHUTDOWN_CMD="poweroff"\n');
      const core = await room.openResident(shell);
      await expect(core.call('shutdown.arm', { id, checkout })).rejects.toMatchObject({ code: 'conflict' });
      expect(readFileSync(envFile, 'utf8')).toBe('BLUEPRINT_AUTO_SHUTDOWN_CMD="poweroff"\n');
      expect((await room.item(core, id)).guard.lease.state).toBe('needs_restart');
      expect(await core.call('shutdown.check', { id, checkout })).toMatchObject({ kind: 'power_off_only' });
    },
    slow,
  );

  test.each([
    ['a file that ends before its end', 'HF_TOKEN=x\nreturn 0 2>/dev/null || exit\n'],
    ['a text over two lines that the command stands in', "NOTE='one\nBLUEPRINT_AUTO_SHUTDOWN_CMD=echo\nthree'\n"],
  ])(
    '%s is left as it was',
    async (_what, text) => {
      const { room, id, machine, shell, checkout, envFile } = await rented();
      await machine.boot();
      writeFileSync(envFile, text);
      const core = await room.openResident(shell);
      await expect(core.call('shutdown.arm', { id, checkout })).rejects.toMatchObject({ code: 'could_not_tell' });
      expect(readFileSync(envFile, 'utf8')).toBe(text);
      expect(existsSync(`${envFile}.new`)).toBe(false);
    },
    slow,
  );

  test(
    'no checkout, no file',
    async () => {
      const { room, id, machine, shell, checkout } = await rented();
      await machine.boot();
      const core = await room.openResident(shell);
      expect(await core.call('shutdown.check', { id, checkout })).toMatchObject({ kind: 'missing' });
      await expect(core.call('shutdown.check', { id, checkout: '/nowhere' })).rejects.toMatchObject({
        code: 'path_missing',
      });
      expect(await core.call('shutdown.arm', { id, checkout })).toMatchObject({
        backupPath: null,
        command: { kind: 'real' },
      });
    },
    slow,
  );

  test(
    'a drill that the provider refuses fails, is on record, and is overridden only by name',
    async () => {
      const { room, id, machine, shell } = await rented();
      await machine.boot();
      const core = await room.openResident(shell);
      room.vast.control.setFault({ name: 'refused_mutation' });
      await expect(core.call('shutdown.drill', { id })).rejects.toMatchObject({ code: 'provider_refused' });
      expect((await room.item(core, id)).guard.drill.state).toBe('failed');
      room.vast.control.clearFaults();
      const { drill } = await core.call('shutdown.override', { id, name: 'Ada', note: 'only for an hour' });
      expect(drill).toMatchObject({ state: 'overridden', because: expect.stringContaining('Ada') });
    },
    slow,
  );

  test(
    'a full drill really stops the machine, through its lease alone, once its id was typed',
    async () => {
      const { room, id, machine, shell } = await rented();
      await machine.boot();
      const core = await room.openResident(shell);
      await expect(core.call('shutdown.drill', { id, kind: 'full' })).rejects.toMatchObject({ code: 'invalid_input' });
      expect(room.stops(id)).toBe(0);
      const { drill } = await core.call('shutdown.drill', { id, kind: 'full', confirm: String(id) });
      expect(drill).toMatchObject({ state: 'passed', because: expect.stringContaining('through its lease') });
      expect(room.vast.control.machines()).toMatchObject([{ intendedStatus: 'stopped', isBilledForGpu: false }]);
      const keys = room.vast.control
        .requests()
        .flatMap(({ method, body, key }) =>
          method === 'PUT' && JSON.stringify(body).includes('stopped') ? [key] : [],
        );
      expect(new Set(keys)).toEqual(new Set([`instance-${id}`]));
    },
    slow,
  );
});
