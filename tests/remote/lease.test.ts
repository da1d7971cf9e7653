import { describe, expect, test } from 'vitest';
import { leaseRequestCommand } from '#shared/rules/shutdown-command.ts';
import { simulated } from '../vast/simulated.ts';
import { rentedMachine } from './rented-machine.ts';

/** A running machine of the simulated provider, and its inside. */
async function rented(options: Partial<Parameters<typeof rentedMachine>[0]> = {}) {
  const vast = await simulated();
  const id = await vast.control.addMachine({ status: 'running' });
  const machine = rentedMachine({ api: vast.url, id, key: `instance-key-${id}`, ...options });
  const puts = (): unknown[] =>
    vast.control.requests().flatMap(({ method, path, body }) => (method === 'PUT' ? [{ path, body }] : []));
  const truth = () => vast.control.machines().find((each) => each.id === id)!;
  return { vast, id, machine, puts, truth };
}
const stopOf = (id: number) => ({ path: `/api/v0/instances/${id}/`, body: { state: 'stopped' } });
const halfHour = 1800;

describe.skipIf(process.platform !== 'linux')('the lease of a machine', () => {
  test('a lease that runs out stops the machine, and the stop is read back twice', async () => {
    const { vast, id, machine, puts, truth } = await rented();
    expect(await machine.boot()).toMatchObject({ exitCode: 0 });
    await machine.pass(halfHour - 10);
    expect(puts()).toEqual([]);
    await machine.pass(10);
    expect(puts()).toEqual([stopOf(id)]);
    expect(machine.log()).toMatch(/stop lease out, try 1: accepted, meant stopped, is running/);
    vast.control.advance(60);
    await machine.pass(10);
    await machine.pass(10);
    expect(truth()).toMatchObject({ actualStatus: 'exited', intendedStatus: 'stopped' });
    expect(machine.log()).toMatch(/try 3: accepted, meant stopped, is exited, stopped, read twice/);
    // It is still alive, so it goes on asking.
    await machine.pass(60);
    expect(puts()).toHaveLength(4);
  });

  test('a renewed lease keeps it alive, and counts from the renewal', async () => {
    const { machine, puts } = await rented();
    await machine.boot();
    await machine.pass(1700);
    const { exitCode, out } = await machine.tool('renew', '3600');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ isAlive: true, hasKey: true, leaseLeftSeconds: 3600, stopping: '' });
    await machine.pass(3590);
    expect(puts()).toEqual([]);
    await machine.pass(10);
    expect(puts()).toHaveLength(1);
  });

  test('an API that refuses is asked again and again, and a renewal in the meantime ends it', async () => {
    const { vast, machine, puts } = await rented();
    await machine.boot();
    vast.control.setFault({ name: 'refused_mutation' });
    await machine.pass(halfHour);
    for (let tries = 0; tries < 6; tries += 1) await machine.pass(60);
    expect(puts()).toHaveLength(7);
    vast.control.setFault({ name: 'server_error' });
    await machine.pass(60);
    vast.control.clearFaults();
    vast.control.setFault({ name: 'connection_cut' });
    await machine.pass(60);
    expect(machine.log()).toMatch(/try 8: refused HTTP 503/);
    expect(machine.log()).toMatch(/try 9: refused HTTP 000 , not readable HTTP 000/);
    vast.control.clearFaults();
    await machine.tool('renew', '3600');
    await machine.settle();
    expect(machine.log()).toMatch(/no reason to stop any more/);
    const before = puts().length;
    await machine.pass(120);
    expect(puts()).toHaveLength(before);
  });

  test('a stop that is accepted and never done is asked for again', async () => {
    const { vast, machine, puts } = await rented();
    await machine.boot();
    vast.control.setFault({ name: 'stop_ignored' });
    await machine.pass(halfHour);
    await machine.pass(10);
    await machine.pass(10);
    expect(puts()).toHaveLength(3);
    expect(machine.log()).not.toMatch(/read twice/);
  });

  test('a revoked key is said and tried on', async () => {
    const { vast, machine, puts } = await rented();
    await machine.boot();
    vast.control.setFault({ name: 'revoked_key' });
    await machine.pass(halfHour);
    await machine.pass(60);
    expect(puts()).toHaveLength(2);
    expect(machine.log()).toMatch(/refused HTTP 404 .*Invalid user key/);
  });

  test('every start of the container has half an hour, whatever ran out before', async () => {
    const { machine, puts } = await rented();
    await machine.boot({ leaseSeconds: 60, maxRunSeconds: 60, idleSeconds: 60 });
    await machine.pass(halfHour - 5);
    expect(puts()).toEqual([]);
    await machine.pass(10);
    expect(puts()).toHaveLength(1);
    // The host was started again: uptime begins at 0, and nothing of before counts.
    machine.setUptime(20);
    await machine.boot({ leaseSeconds: 60, maxRunSeconds: 60 });
    await machine.pass(halfHour - 10);
    expect(puts()).toHaveLength(1);
    await machine.pass(10);
    expect(puts()).toHaveLength(2);
  });

  test('the maximum run time holds under a living lease, until it is set anew', async () => {
    const { machine, puts } = await rented();
    await machine.boot({ maxRunSeconds: 7200 });
    await machine.tool('renew', '86400');
    await machine.pass(7000);
    expect(puts()).toEqual([]);
    await machine.tool('renew', '86400', '7200');
    await machine.pass(7000);
    expect(puts()).toEqual([]);
    await machine.pass(200);
    expect(machine.log()).toMatch(/stop over time/);
  });

  test('a daemon that is killed comes back and counts on', async () => {
    const { machine, puts } = await rented();
    await machine.boot();
    await machine.pass(1700);
    machine.killDaemon();
    await machine.until('the next one', () => machine.log().match(/up, instance/g)?.length === 2);
    await machine.pass(100);
    expect(puts()).toHaveLength(1);
  });
});

describe.skipIf(process.platform !== 'linux')('the idle rule', () => {
  const idleRule = { leaseSeconds: 86_400, idleSeconds: 1800 };

  test('half an hour of nothing stops the machine', async () => {
    const { machine, puts } = await rented();
    await machine.boot(idleRule);
    await machine.settle();
    await machine.pass(1790);
    expect(puts()).toEqual([]);
    await machine.pass(20);
    expect(machine.log()).toMatch(/stop idle, try 1: accepted/);
  });

  type Machine = ReturnType<typeof rentedMachine>;
  test.each<[string, (machine: Machine) => void]>([
    ['the pipeline', (machine) => machine.process(70, 'python', '/venv/bin/blueprint-validate', 'run-all')],
    ['a step of the room', (machine) => machine.process(70, 'sh', '-c', 'blueprint-step 12')],
    ['a GPU at 5 %', (machine) => machine.gpu('0\n5\n')],
    ['a GPU that can not be read', (machine) => machine.gpu('[N/A]\n')],
    ['no answer about the GPU', (machine) => machine.gpu('')],
    ['traffic', (machine) => machine.network(100e6)],
    ['a file that grows', (machine) => machine.grow('console.log')],
  ])('%s is not idle', async (_name, happens) => {
    const { machine, puts } = await rented();
    await machine.boot(idleRule);
    await machine.pass(1700);
    happens(machine);
    await machine.pass(60);
    await machine.pass(100);
    await machine.pass(100);
    expect(puts()).toEqual([]);
  });

  test('whoever only looks at the log of the pipeline, and a room that looks in, are idle', async () => {
    const { machine, puts } = await rented();
    await machine.boot(idleRule);
    machine.process(70, 'tail', '-F', '/workspace/blueprint_validation.log');
    machine.process(71, '/usr/bin/tmux', 'new', '-d', 'blueprint-validate run-all');
    await machine.settle();
    for (let looks = 1; looks <= 6; looks += 1) {
      machine.network(looks * 15_000);
      await machine.pass(300);
    }
    expect(machine.log()).toMatch(/stop idle/);
    expect(puts().length).toBeGreaterThan(0);
  });

  test('off is off', async () => {
    const { machine, puts } = await rented();
    await machine.boot({ ...idleRule, idleSeconds: 'off' });
    await machine.pass(20_000);
    expect(puts()).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('requests, drills and keys', () => {
  test('a request stops the machine at once, in the half hour too', async () => {
    const { id, machine, puts } = await rented();
    await machine.boot();
    await machine.pass(60);
    expect(await machine.shell(leaseRequestCommand)).toMatchObject({ exitCode: 0 });
    await machine.settle();
    expect(puts()).toEqual([stopOf(id)]);
    expect(machine.log()).toMatch(/stop request budget/);
  });

  test('it waits for the pipeline to write its last files, and not for ever', async () => {
    const { machine, puts } = await rented();
    await machine.boot();
    await machine.settle();
    machine.process(70, 'python', '-m', 'blueprint_validation', 'run-all');
    await machine.shell(leaseRequestCommand);
    await machine.settle();
    await machine.pass(280);
    expect(puts()).toEqual([]);
    await machine.pass(20);
    expect(puts()).toHaveLength(1);
  });

  test('a pipeline that ends is waited for no longer', async () => {
    const { machine, puts } = await rented();
    await machine.boot();
    await machine.settle();
    machine.process(70, 'python', '/venv/bin/blueprint-validate');
    await machine.shell('echo done > /root/.blueprint-lease/request');
    await machine.settle();
    machine.endProcess(70);
    await machine.settle();
    expect(puts()).toHaveLength(1);
  });

  test('a request does not outlive a start of the container', async () => {
    const { machine, puts } = await rented();
    await machine.boot();
    await machine.settle();
    await machine.shell(leaseRequestCommand);
    await machine.settle();
    const before = puts().length;
    await machine.boot();
    await machine.pass(100);
    expect(puts()).toHaveLength(before);
  });

  test('the drill proves the key with a start, and never undoes a stop', async () => {
    const { vast, id, machine, puts, truth } = await rented();
    await machine.boot();
    await machine.settle();
    expect(await machine.tool('drill')).toMatchObject({ exitCode: 0 });
    expect(puts()).toEqual([{ path: `/api/v0/instances/${id}/`, body: { state: 'running' } }]);
    expect(JSON.parse((await machine.tool('status')).out)).toMatchObject({
      id: String(id),
      drill: expect.stringMatching(/^passed/),
    });
    vast.control.setFault({ name: 'refused_mutation' });
    expect(await machine.tool('drill')).toMatchObject({ exitCode: 1 });
    expect(JSON.parse((await machine.tool('status')).out)).toMatchObject({ drill: expect.stringMatching(/^failed/) });
    vast.control.clearFaults();
    await machine.shell(leaseRequestCommand);
    await machine.settle();
    expect(await machine.tool('drill')).toMatchObject({ exitCode: 4 });
    expect(truth().intendedStatus).toBe('stopped');
  });

  test('the first process of the container has id and key where a session does not', async () => {
    const { id, machine, puts } = await rented({ keySeenBy: 'first_process' });
    expect(await machine.boot()).toMatchObject({ exitCode: 0 });
    await machine.pass(halfHour);
    expect(puts()).toEqual([stopOf(id)]);
  });

  test('without a key it is not armed, and says what helps', async () => {
    const { machine } = await rented({ keySeenBy: 'nobody' });
    const { exitCode, out } = await machine.boot();
    expect(exitCode).toBe(3);
    expect(out).toMatch(/not armed: no id or key here; restart the machine with this onstart/);
    expect(await machine.tool('drill')).toMatchObject({ exitCode: 3 });
  });

  test('without curl it asks with Python', async () => {
    const { id, vast, machine, puts } = await rented({ without: 'curl' });
    await machine.boot();
    await machine.pass(halfHour);
    expect(puts()).toEqual([stopOf(id)]);
    vast.control.setFault({ name: 'server_error' });
    await machine.pass(10);
    expect(machine.log()).toMatch(/try 2: refused HTTP 503/);
  });

  test('the key is in no argument, no log and no world-readable file', async () => {
    const { id, machine } = await rented();
    await machine.boot();
    await machine.pass(halfHour);
    await machine.tool('status');
    expect(machine.seenByOthers()).toMatch(/stopped/);
    expect(machine.seenByOthers()).not.toContain(`instance-key-${id}`);
    expect(await machine.shell('ls -l /root/.blueprint-lease/key')).toMatchObject({
      out: expect.stringMatching(/^-rw-------/),
    });
  });

  test('the log shows the host key that the machine answers with', async () => {
    const { machine } = await rented();
    machine.hostKey('ssh_host_ed25519_key');
    await machine.boot();
    await machine.settle();
    expect(machine.log()).toMatch(/host-key 256 SHA256:\S+ .*\(ED25519\)/);
  });
});
