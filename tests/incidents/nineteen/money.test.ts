import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { readyMachine } from '../../remote/ready-machine.ts';
import { startSshd } from '../../support/sshd.ts';
import { openTestCore, temporaryFolder } from '../../support/test-core.ts';
import { incident } from './incident.ts';
import { byBash, bySsh, refusalOf } from './old-way.ts';

incident('4', async () => {
  const it = await readyMachine();
  it.plan({ oldBudget: true });
  const ran = await bySsh(
    it.sshd,
    `cd ${it.checkout} && blueprint-validate --config ${it.config} --work-dir ${it.at('old')} run-all`,
  );
  expect(ran.output).toContain('exceeded cloud.max_cost_usd=$0.00');
  expect(ran.output).not.toContain('s2_enrich');

  const { rows } = await it.room.call('remote.preflight', it.input);
  expect(rows.find((row) => row.id === 'budget')).toMatchObject({ state: 'passed', evidence: 'Cap OFF, no limit' });
  it.put(it.config, it.configText.replace('max_cost_usd: 0', 'max_cost_usd: 12'));
  const held = await refusalOf(it.room.call('remote.launch', { ...it.input, overrides: it.overrides }));
  expect(held.details).toMatchObject({ gates: ['budget', 'config:cap-without-rate'], incidentId: '4' });
  return {
    old: 'ends the run after stage 1: $12.40 exceeded $0.00',
    room: 'says "Cap OFF, no limit", and holds a cap without a rate before the launch',
  };
});

incident('13', async () => {
  const it = await readyMachine();
  it.put(it.config, it.configText.replace('max_cost_usd: 0\n  auto_shutdown: false', 'max_cost_usd: 12'));
  const mark = it.at('stopped');
  it.put('scripts/runtime_env.local', `export BLUEPRINT_AUTO_SHUTDOWN_CMD='echo "vastai stop instance 1"'\n`);
  const ran = await bySsh(
    it.sshd,
    `cd ${it.checkout} && . scripts/runtime_env.local && blueprint-validate --config ${it.config} --work-dir ${it.at('old')} run-all`,
  );
  expect(ran.output).toContain('Executing auto-shutdown');
  expect(existsSync(mark)).toBe(false);

  const { rows, mayLaunch } = await it.room.call('remote.preflight', it.input);
  expect(mayLaunch).toBe(false);
  const row = rows.find((each) => each.id === 'shutdown');
  expect(row).toMatchObject({ state: 'failed', incident: '13' });
  const real = "export BLUEPRINT_AUTO_SHUTDOWN_CMD='sh /root/.blueprint-lease/lease.sh request budget'\n";
  it.put('scripts/runtime_env.local', real);
  const again = (await it.room.call('remote.preflight', it.input)).rows.find((each) => each.id === 'shutdown');
  expect(again!.evidence).toContain('there is none on the machine');
  return {
    old: 'logs "Executing auto-shutdown" and stops nothing',
    room: 'holds the run: it sees through the echo, and through a real command without a living lease',
  };
});

/** A machine of the fleet behind a real sshd, which somebody has already trusted. */
async function rented() {
  const nothing = 'SetEnv LEASE_PROC=/nonexistent WATCH=/nonexistent LEASE_DIR=/nonexistent QUIESCE_TICK=0';
  const sshd = await startSshd({ config: [nothing] });
  onTestFinished(() => sshd.close());
  const key = 'key-of-a-test';
  const simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed: 30, apiKey: key });
  onTestFinished(() => simulator.close());
  const folder = temporaryFolder();
  const core = await openTestCore(join(folder.path, 'workspace'), {
    environment: {
      ...process.env,
      ROOM_HOME: join(folder.path, 'home'),
      VAST_URL: simulator.url,
      VAST_API_KEY: key,
      ROOM_VAST_SPEED: '30',
    },
    secrets: createEnvironmentSecrets({ VAST_API_KEY: key }),
  });
  onTestFinished(async () => {
    await core.close();
    folder.remove();
  });
  const id = await simulator.control.addMachine({ status: 'running' });
  const address = { host: sshd.host, port: sshd.port };
  simulator.control.changeMachine(id, { ssh: { direct: address, proxy: address } });
  await core.call('instances.list', {});
  await core.call('settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile });
  await core.call('ssh.probe', { id });
  await core.call('ssh.acceptHostKey', { id, fingerprint: sshd.hostKey().fingerprint });
  const statusOf = (): string | null | undefined =>
    simulator.control.machines().find((machine) => machine.id === id)?.actualStatus;
  const environment = { PATH: process.env['PATH'] ?? '', VAST_URL: simulator.url, KEY: key, ID: String(id) };
  return { sshd, simulator, core, id, statusOf, environment, folder };
}

/** As the command line of the provider was seen to be: it asks, and its exit code has nothing to do with the answer. */
const vastai = `vastai() {
  curl -s -o /dev/null -X PUT -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
    -d '{"state":"stopped"}' "$VAST_URL/api/v0/instances/$3/"
  return 0
}`;

incident('C', async () => {
  const { sshd, simulator, core, id, statusOf, environment, folder } = await rented();
  await sshd.stop();
  simulator.control.setFault({ name: 'refused_mutation' });
  const copy = join(folder.path, 'old');
  const ran = await byBash(
    `set -euo pipefail
${vastai}
copy_item() {
  mkdir -p "$COPY"
  rsync -az -e "ssh -p $PORT -o BatchMode=yes -o ConnectTimeout=3" "root@127.0.0.1:/models/outputs/" "$COPY/"
  echo "[ok] /models/outputs"
}
if ! copy_item; then echo "[warn]"; fi
vastai stop instance "$ID"
echo "Instance stopped"`,
    { ...environment, COPY: copy, PORT: String(sshd.port) },
  );
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.output).toContain('Instance stopped');
  expect(statusOf()).toBe('running');

  const held = await refusalOf(core.call('instances.stop', { id }));
  expect(held.code).toMatch(/^(?:ssh_unreachable|could_not_tell|ssh_refused)$/);
  expect(statusOf()).toBe('running');
  return {
    old: 'saves 0 files, prints "Instance stopped", exits 0; the machine runs',
    room: `refuses: no copy, so no stop (${held.code})`,
  };
});

incident('D', async () => {
  const { simulator, core, id, statusOf, environment } = await rented();
  simulator.control.setFault({ name: 'stop_ignored' });
  const ran = await byBash(`set -e\n${vastai}\nvastai stop instance "$ID"\necho stopped`, environment);
  expect(ran).toMatchObject({ code: 0, output: 'stopped\n' });
  expect(statusOf()).toBe('running');

  const told = await refusalOf(
    core.call('instances.stop', { id, snapshot: 'skip', confirm: String(id), timeoutSeconds: 5 }),
  );
  expect(statusOf()).toBe('running');
  const { items } = await core.call('instances.list', {});
  expect(items[0]!.phase).not.toBe('stopped');
  return {
    old: 'exits 0; the machine runs',
    room: `reads the state back: not stopped (${told.code}), and the fleet shows it as ${items[0]!.phase}`,
  };
});
