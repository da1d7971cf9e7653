import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createQuiesce } from '#core/guards/quiesce.ts';
import { join } from 'node:path';
import { rentedMachine } from '../remote/rented-machine.ts';
import { startSshd } from '../support/sshd.ts';
import { projectFolder } from '../support/test-core.ts';
import { guardedRoom } from './guarded-room.ts';
import { shellOf } from './machine-double.ts';

const slow = 90_000;
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

describe.skipIf(process.platform !== 'linux')('over OpenSSH', () => {
  test(
    'the lease is renewed and the drill made through the room’s own connection',
    async () => {
      const room = await guardedRoom();
      const id = await room.vast.control.addMachine({ status: 'running', gpuUtilPercent: 0 });
      const machine = rentedMachine({ api: room.vast.url, id, key: `instance-key-${id}` });
      await machine.boot();
      const variables = Object.entries(machine.environment).map(([name, value]) => `${name}=${quoted(value ?? '')}`);
      const script = machine.path('session');
      writeFileSync(script, `exec env -i ${variables.join(' ')} /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n`);
      const sshd = await startSshd({ forceCommand: `/bin/sh ${script}` });
      onTestFinished(() => sshd.close());
      room.vast.control.changeMachine(id, { ssh: { direct: { host: sshd.host, port: sshd.port }, proxy: null } });
      const core = await room.openResident();
      await core.call('settings.set', { sshKeyFile: sshd.keyFile, sshUser: sshd.user });
      await core.call('guards.arm', { id, idleMinutes: 45, maxRunHours: 2, confirm: String(id) });
      // Nobody has accepted its host key: the lease can not be read, and that is said.
      await room.until('the refusal', async () => /host key/i.test((await room.item(core, id)).guard.lease.because));
      const refused = await core.call('ssh.probe', { id });
      expect(refused.state).toBe('key_unknown');
      await core.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
      room.passMinutes(1);
      await room.until('the lease', async () => (await room.item(core, id)).guard.state === 'armed');
      expect((await core.call('guards.status', { id })).guard.lease).toMatchObject({
        state: 'armed',
        idleLimitSeconds: 2700,
      });
      expect((await core.call('guards.renew', { id, leaseSeconds: 3600 })).lease.leaseLeftSeconds).toBe(3600);
      expect((await core.call('shutdown.drill', { id })).drill.state).toBe('passed');
      expect(sshd.log()).not.toContain('instance-key');
    },
    slow,
  );
});

describe.skipIf(process.platform !== 'linux')('bringing a machine to rest', () => {
  const quiet = async (argv: readonly [string, ...string[]]) => {
    const room = await guardedRoom();
    const machine = rentedMachine({ api: room.vast.url, id: 7, key: 'k' });
    const child = spawn('/bin/sh', ['-c', `trap 'exit 0' INT TERM; echo up; while :; do sleep 0.05; done`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    machine.process(child.pid!, ...argv);
    const ended = once(child, 'exit').then(([code, signal]) => {
      if (existsSync(machine.path('proc'))) machine.endProcess(child.pid!);
      return { code: code as number | null, signal: signal as string | null };
    });
    const shell = shellOf({ '7': machine });
    const quiesce = createQuiesce({ shell, remoteFolder: join(projectFolder, 'resources', 'remote') });
    return { answer: await quiesce('7', new AbortController().signal), ended, child, shell, quiesce };
  };

  test(
    'a pipeline started by hand is interrupted, and writes what it has',
    async () => {
      const { answer, ended } = await quiet(['/usr/bin/python3', '/opt/bin/blueprint-validate', 'run-all']);
      expect(answer).toMatchObject({
        isQuiet: true,
        words: expect.stringContaining('1 processes of a pipeline interrupted'),
      });
      expect(await ended).toEqual({ code: 0, signal: null });
    },
    slow,
  );

  test(
    'our own step ends with its group',
    async () => {
      const { answer, ended } = await quiet(['sh', '/root/blueprint-step/run', 'job']);
      expect(answer).toMatchObject({ isQuiet: true, words: expect.stringContaining('1 of our steps ended') });
      expect(await ended).toEqual({ code: 0, signal: null });
    },
    slow,
  );

  test(
    'whoever only reads the log is left alone; a machine that is not reached is an answer',
    async () => {
      const { answer, child, shell, quiesce } = await quiet(['tail', '-f', '/models/outputs/blueprint-validate.log']);
      expect(answer).toMatchObject({ isQuiet: true, words: expect.stringContaining('No step and no pipeline') });
      expect(child.exitCode).toBeNull();
      shell.cut(true);
      expect(await quiesce('7', new AbortController().signal)).toMatchObject({ isQuiet: false });
    },
    slow,
  );
});
