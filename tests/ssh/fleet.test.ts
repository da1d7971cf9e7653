import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import type { MachineSpec } from '#core/demo/vast/control.ts';
import type { Sshd } from '../support/sshd.ts';
import { sshRoom, testSshd, type SshRoom } from './ssh-pool.ts';

const run = promisify(execFile);

type FleetRoom = SshRoom & { readonly simulator: VastSimulator };

/** A room on a provider of its own, which signs in to the given server. */
async function fleetRoom(sshd: Sshd): Promise<FleetRoom> {
  const simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty' });
  onTestFinished(() => simulator.close());
  const room = await sshRoom({ VAST_URL: simulator.url, VAST_API_KEY: simulator.apiKey });
  await room.call('settings.set', { sshKeyFile: sshd.keyFile, sshUser: sshd.user });
  return { ...room, simulator };
}
const addMachine = async (room: FleetRoom, spec: MachineSpec): Promise<string> =>
  String(await room.simulator.control.addMachine({ status: 'running', ...spec }));
const itemOf = async (room: FleetRoom, id: string) => (await room.call('instances.get', { id })).item;

test('a key that nobody vouched for waits; its typed fingerprint lets it in, and the fleet tells what SSH sees', async () => {
  const sshd = await testSshd();
  const room = await fleetRoom(sshd);
  const id = await addMachine(room, { ssh: { direct: sshd, proxy: null } });
  expect(await itemOf(room, id)).toMatchObject({ reachable: null, ssh: { state: 'not_tried', at: null } });
  expect(await room.call('ssh.probe', { id })).toMatchObject({ state: 'key_unknown', roundTripMs: null });
  expect(await itemOf(room, id)).toMatchObject({ reachable: false, ssh: { state: 'key_unknown' } });

  const { fingerprint } = sshd.hostKey();
  expect(await room.call('ssh.hostKeys', { id })).toMatchObject({
    accepted: [],
    shown: [{ route: 'direct', fingerprint, knownHosts: 'absent' }],
  });
  const wrong = `SHA256:${'A'.repeat(43)}`;
  await expect(room.call('ssh.acceptHostKey', { id, fingerprint: wrong })).rejects.toMatchObject({
    code: 'invalid_input',
    hint: expect.stringContaining(fingerprint),
  });
  expect(await room.call('ssh.acceptHostKey', { id, fingerprint: ` ${fingerprint}` })).toMatchObject({
    accepted: [{ route: 'direct', how: 'typed', fingerprint }],
    shown: [],
  });
  const sight = await room.call('ssh.probe', { id });
  expect(sight).toMatchObject({ state: 'answers' });
  expect(sight.upSeconds).toBeGreaterThan(0);
  expect(await itemOf(room, id)).toMatchObject({ reachable: true, ssh: { state: 'answers' } });
  expect(await room.call('decisions.verify', {})).toMatchObject({ state: 'verified', devices: [{ eventCount: 1 }] });
});

test('a machine launched here is known by the host key in its log; another key than that is a loud stop', async () => {
  const [sshd, stranger] = [await testSshd(), await testSshd()];
  const room = await fleetRoom(sshd);
  const label = `night ${room.core.workspace.id}`;
  const good = await addMachine(room, { label, ssh: { direct: sshd } });
  const bad = await addMachine(room, { label, ssh: { direct: stranger } });
  const log = `blueprint-lease 7 up, instance 1\nblueprint-lease 7 host-key ${sshd.hostKey().keygenLine}\n`;
  for (const id of [good, bad]) room.simulator.control.changeMachine(Number(id), { log });
  expect(await room.call('ssh.probe', { id: good })).toMatchObject({ state: 'answers' });
  expect(await room.call('ssh.hostKeys', { id: good })).toMatchObject({ accepted: [{ how: 'onstart_log' }] });
  expect(await room.call('ssh.probe', { id: bad })).toMatchObject({
    state: 'key_changed',
    because: expect.stringContaining(sshd.hostKey().fingerprint),
  });
  expect(stranger.log()).not.toMatch(/Accepted|Failed|Postponed/);
});

test('both spellings of a proxy port are tried, and the one that answered goes first from then on', async () => {
  const sshd = await testSshd();
  const room = await fleetRoom(sshd);
  const id = await addMachine(room, {
    runtype: 'jupyter_proxy',
    ssh: { direct: null, proxy: sshd, proxyPortPlusOne: true },
  });
  const { sshEndpoints } = await itemOf(room, id);
  const proxies = sshEndpoints.filter((each) => each.kind === 'proxy');
  expect(proxies).toHaveLength(2);
  await room.call('ssh.probe', { id });
  await room.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  expect(await room.call('ssh.probe', { id })).toMatchObject({ state: 'answers' });
  const { plan } = await room.core.ssh.prepare({ kind: 'instance', instanceId: id });
  expect(plan.endpoints.filter((each) => each.kind === 'proxy')[0]).toEqual(proxies[1]);
});

test('a proxy that leads to somebody else is a loud stop: an alert, both fingerprints, and nothing sent', async () => {
  const [sshd, foreign] = [await testSshd(), await testSshd()];
  const room = await fleetRoom(sshd);
  const id = await addMachine(room, { ssh: { direct: null, proxy: sshd, foreign } });
  await room.call('ssh.probe', { id });
  await room.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  expect(await room.call('ssh.probe', { id })).toMatchObject({ state: 'answers' });
  room.simulator.control.setFault({ name: 'foreign_ssh_key' });
  room.core.ssh.shell.reset(id);
  const sight = await room.call('ssh.probe', { id });
  expect(sight.state).toBe('key_changed');
  expect(sight.because).toContain(sshd.hostKey().fingerprint);
  expect(sight.because).toContain(foreign.hostKey().fingerprint);
  expect((await itemOf(room, id)).alerts.map((alert) => alert.code)).toContain('ssh_key_changed');
  expect(foreign.log()).not.toMatch(/Accepted|Failed|Postponed/);
});

test('the command for a terminal runs as it stands, takes no other host key, and holds no secret', async () => {
  const sshd = await testSshd();
  const room = await fleetRoom(sshd);
  const id = await addMachine(room, { ssh: { direct: sshd } });
  await expect(room.call('ssh.command', { id })).rejects.toMatchObject({ code: 'host_key_unknown' });
  await room.call('ssh.probe', { id });
  await room.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  const { command, knownHostsFile } = await room.call('ssh.command', { id });
  expect(command).toContain(`HostKeyAlias=vast-${id}`);
  expect(knownHostsFile.startsWith(room.core.workspace.path)).toBe(true);
  expect((await run('sh', ['-c', `${command} echo from a terminal`])).stdout).toBe('from a terminal\n');
  await sshd.changeHostKey();
  await expect(run('sh', ['-c', `${command} true`])).rejects.toMatchObject({ code: 255 });
});

test('after a stop it is said who answers over SSH', async () => {
  const sshd = await testSshd();
  const room = await fleetRoom(sshd);
  const id = await addMachine(room, { ssh: { direct: sshd, proxy: sshd } });
  room.simulator.control.setSpeed(60);
  const stopped = await room.call('instances.stop', { id, snapshot: 'skip', confirm: id });
  expect(stopped).toMatchObject({ state: 'stopped', ssh: 'Nobody answers over SSH.' });
});

test('a knock tells the known key, another key, a key without a record and silence apart, and never signs in', async () => {
  const sshd = await testSshd();
  const room = await fleetRoom(sshd);
  const { signal } = new AbortController();
  const endpoints = [{ kind: 'direct' as const, host: sshd.host, port: sshd.port }];
  const id = await addMachine(room, { ssh: { direct: sshd } });
  const knock = async () => (await room.core.ssh.knock(id, endpoints, signal)).answer;
  expect(await knock()).toBe('unknown_key');
  await room.call('ssh.probe', { id });
  await room.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  expect(await knock()).toBe('our_key');
  await sshd.changeHostKey();
  expect(await knock()).toBe('other_key');
  await sshd.stop();
  expect(await knock()).toBe('no_answer');
  expect(sshd.log()).not.toContain('Accepted publickey');
});
