import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from '#core/db/database.ts';
import { agentHandlers, type AgentDeps } from '#core/schedule/agent-handlers.ts';
import { createEnvironmentSecrets } from '#core/secrets/environment-secrets.ts';
import { createFileSecrets } from '#core/secrets/file-secrets.ts';
import { openWorkspace } from '#core/workspace/workspace.ts';
import { RoomError } from '#shared/errors.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';
import { scheduled } from './scheduled-machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'room-agent-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const caller = { actor: 'operator', name: 'tester' } as const;

/** A Mac whose launchd is played here: it knows what was loaded, and may refuse. */
async function mac(options: { readonly refuses?: boolean } = {}) {
  const environment = { ROOM_HOME: join(folder, 'room'), VAST_API_KEY: 'canary-key', B2_BUCKET: 'ours' };
  const { workspace } = openWorkspace(join(folder, 'workspace'), { now: new Date(), isDemo: false });
  const ports = {
    ...sourcePorts({
      shell: 'desktop' as const,
      mayBrowseFolders: false,
      switchWorkspace: null,
      log: () => undefined,
      environment,
    }),
    homeFolder: join(folder, 'home'),
    secrets: createEnvironmentSecrets(environment),
  };
  const database = await openDatabase(ports, workspace.path, () => undefined);
  const loaded = new Set<string>();
  const asked: string[] = [];
  const deps: AgentDeps = {
    database,
    ports,
    workspace,
    emit: () => undefined,
    settings: () => ({ rclonePath: null, sshKeyFile: '/k' }),
    platform: 'darwin',
    uid: 501,
    run: async ({ path, args, okExitCodes = [0] }) => {
      asked.push(`${path} ${args[0]}`);
      const label = /com\.[\w.-]+?(?=\.plist|$)/.exec(args.at(-1)!)![0];
      let exitCode = 0;
      if (args[0] === 'bootstrap') {
        if (options.refuses === true) exitCode = 5;
        else loaded.add(label);
      } else if (args[0] === 'bootout') exitCode = loaded.delete(label) ? 0 : 3;
      else exitCode = loaded.has(label) ? 0 : 113;
      if (!okExitCodes.includes(exitCode)) throw new RoomError('tool_failed', `ended with code ${exitCode}`);
      return { exitCode, stdout: Buffer.alloc(0), stderrTail: '' };
    },
  };
  return { handlers: agentHandlers(deps), loaded, asked, close: () => database.close() };
}

test('launchd: put in, read back, taken out; no key is in it', async () => {
  const { handlers, loaded, asked, close } = await mac();
  expect(await handlers['schedule.agent']({}, caller)).toMatchObject({ manager: 'launchd', state: 'absent' });
  const installed = await handlers['schedule.installAgent']({}, caller);
  expect(installed).toMatchObject({ state: 'installed', canInstall: true });
  expect([...loaded]).toHaveLength(1);
  const text = readFileSync(installed.file!, 'utf8');
  expect(text).toContain('<string>sync.once</string>');
  expect(text).toContain('/opt/homebrew/bin:');
  expect(text).toContain('<string>ours</string>');
  expect(text).not.toContain('canary-key');
  expect(installed.problems.map(({ words }) => words).join(' ')).toContain('keys of this room are in its environment');
  expect(asked.every((line) => line.startsWith('/bin/launchctl '))).toBe(true);

  writeFileSync(installed.file!, text.replace('sync.once', 'sync.twice'));
  expect(await handlers['schedule.agent']({}, caller)).toMatchObject({ state: 'differs' });
  loaded.clear();
  writeFileSync(installed.file!, text);
  expect(await handlers['schedule.agent']({}, caller), 'a file alone runs nothing').toMatchObject({ state: 'differs' });

  expect(await handlers['schedule.removeAgent']({}, caller)).toMatchObject({ state: 'absent' });
  expect(existsSync(installed.file!)).toBe(false);
  await close();
});

test('an agent that launchd refuses leaves no file that would start later', async () => {
  const { handlers, close } = await mac({ refuses: true });
  await expect(handlers['schedule.installAgent']({}, caller)).rejects.toMatchObject({ code: 'tool_failed' });
  expect(await handlers['schedule.agent']({}, caller)).toMatchObject({ state: 'absent' });
  await close();
});

test('the line of the crontab, run by sh with the little that cron gives, copies the machine and stores it', async () => {
  const secretsFile = join(folder, 'secrets.json');
  const { core, instanceId, workspace, bucket, open } = await scheduled({ ROOM_SECRETS_FILE: secretsFile });
  const keys = {
    vast_api_key: 'key-of-a-test',
    b2_application_key_id: bucket.environment['B2_APPLICATION_KEY_ID']!,
    b2_application_key: bucket.environment['B2_APPLICATION_KEY']!,
  };
  const secrets = createFileSecrets(secretsFile);
  for (const [name, value] of Object.entries(keys)) await secrets.set(name, value);
  await core.call('schedule.set', { instanceId, mirror: true });
  const agent = await core.call('schedule.agent', {});
  expect(agent).toMatchObject({ manager: 'cron', canInstall: false, machines: [{ instanceId, name: 'night' }] });
  await expect(core.call('schedule.installAgent', {})).rejects.toMatchObject({
    code: 'not_supported_here',
    hint: expect.stringContaining(agent.text) as string,
  });
  for (const key of Object.values(keys)) expect(agent.text).not.toContain(key);
  await core.close();

  const command = agent.text.split(' ').slice(5).join(' ').replaceAll('\\%', '%');
  // The provider and the bucket answer from this process: it must not be held up.
  await promisify(execFile)('/bin/sh', ['-c', command], {
    env: { HOME: homedir(), SHELL: '/bin/sh', LOGNAME: 'x', PATH: '/usr/bin:/bin' },
    cwd: '/',
  });
  const after = await open();
  expect((await after.call('schedule.list', {})).items[0]!.slots).toMatchObject([
    { state: 'done', mirror: 'mirrored' },
  ]);
  expect((await after.call('snapshots.list', { instanceId })).items).toMatchObject([{ verified: true }]);
  expect(readFileSync(join(workspace, 'sync.log'), 'utf8')).not.toContain('key-of-a-test');
});
