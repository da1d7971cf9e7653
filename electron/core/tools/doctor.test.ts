import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ToolName } from '#shared/contract/tools.ts';
import { examineTools } from './doctor.ts';
import { createToolFinder } from './find-tool.ts';
import { disableOldJob } from './disable-old-job.ts';
import { findOldJobs } from './old-jobs.ts';
import { runTool } from './run-tool.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function program(path: string, body: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

const rcloneBody = (backends: string): string =>
  `case "$1 $2" in "version "*) echo "rclone v1.70.0";; "help backends") echo "${backends}";; "help flags") echo "--use-json-log --files-from-raw";; esac`;

async function examine(path: string, settings: Partial<Record<ToolName, string>>, knownFolders: readonly string[]) {
  const report = await examineTools(path, {
    finder: createToolFinder({
      settingsPathOf: (name) => settings[name] ?? null,
      homeDir: folder,
      platform: 'linux',
      processArchitecture: 'x64',
      shellPath: null,
      inheritedEnv: {},
      knownFolders,
    }),
    run: runTool,
    homeDir: folder,
    environment: {},
  });
  return (name: ToolName) => report.tools.find((tool) => tool.name === name)!;
}

test('a program under an odd prefix that Settings name is found whatever the PATH is', async () => {
  const odd = await program(join(folder, 'odd prefix', 'rclone'), rcloneBody('  b2   Backblaze B2'));
  const tool = await examine('/nonexistent', { rclone: odd }, []);
  expect(tool('rclone')).toMatchObject({
    path: odd,
    version: '1.70.0',
    ok: true,
    source: 'settings',
    fix: null,
    onPath: null,
  });
});

test('a program that lacks what is needed of it is not ok, and says what it lacks', async () => {
  await program(join(folder, 'bin', 'rclone'), rcloneBody('  s3   Amazon'));
  const tool = await examine('', {}, [join(folder, 'bin')]);
  expect(tool('rclone')).toMatchObject({ ok: false, reason: expect.stringContaining('backend b2') });
  expect(tool('rclone').fix).toContain('rclone');
});

test('what is only on the PATH is named, so that its path can be set', async () => {
  const only = await program(join(folder, 'conda', 'ssh'), 'echo OpenSSH_9.9p1, LibreSSL');
  const tool = await examine(`/nonexistent:${join(folder, 'conda')}`, {}, []);
  expect(tool('ssh')).toMatchObject({ ok: false, path: null, onPath: only, fix: expect.stringContaining(only) });
});

test('openrsync is told from rsync by what it says and by the options it lists', async () => {
  await program(
    join(folder, 'apple', 'rsync'),
    'case "$1" in --version) echo "openrsync: protocol version 29";; *) echo "usage: rsync [--partial-dir]" >&2; exit 1;; esac',
  );
  const apple = (await examine('', {}, [join(folder, 'apple')]))('rsync');
  expect(apple).toMatchObject({ flavour: 'openrsync', isNeeded: false, ok: true });
  const states = Object.fromEntries(apple.can.map((ability) => [ability.name, ability.state]));
  expect(states).toMatchObject({ '--info': 'no', '--partial-dir': 'yes' });
  const real = (await examine('', {}, ['/usr/bin']))('rsync');
  expect(real).toMatchObject({ flavour: 'rsync' });
  expect(real.can.every((ability) => ability.state === 'yes')).toBe(true);
});

test('a program that does not answer is neither able nor unable', async () => {
  await program(join(folder, 'bin', 'vastai'), 'case "$1" in --version) echo 0.3.1;; *) exit 3;; esac');
  await program(join(folder, 'bin', 'rclone'), 'case "$1" in version) echo "rclone v1.70.0";; *) exit 9;; esac');
  const tool = await examine('', {}, [join(folder, 'bin')]);
  expect(tool('vastai')).toMatchObject({ version: '0.3.1', ok: true });
  expect(tool('rclone').can.map((ability) => ability.state)).toEqual([
    'could_not_tell',
    'could_not_tell',
    'could_not_tell',
  ]);
});

test('a cron line and a launchd agent of the old scripts are found, without their secrets', async () => {
  await program(
    join(folder, 'bin', 'crontab'),
    `printf '%s\\n' '# */5 * * * * vast_checkpoint_sync.sh' '*/2 * * * * B2_APPLICATION_KEY="K 1 secret" INSTANCE_ID=7 /x/vast_checkpoint_watch.sh' '0 1 * * * backup'`,
  );
  const agents = join(folder, 'Library', 'LaunchAgents');
  await mkdir(agents, { recursive: true });
  await writeFile(join(agents, 'com.old.sync.plist'), '<string>/x/b2_checkpoint_sync.sh</string>');
  await writeFile(join(agents, 'com.other.plist'), '<string>/bin/true</string>');
  const found = await findOldJobs({ run: runTool, env: {}, homeDir: folder, folders: [join(folder, 'bin')] });
  expect(found.unread).toEqual([]);
  expect(found.items.map((item) => item.script)).toEqual(['vast_checkpoint_watch.sh', 'b2_checkpoint_sync.sh']);
  expect(JSON.stringify(found)).not.toContain('secret');
  expect(found.items[0]!.line).toContain('B2_APPLICATION_KEY=…');
});

test('a crontab that can not be read is not an empty one', async () => {
  await program(join(folder, 'bin', 'crontab'), 'echo "you are not allowed to use this program" >&2; exit 1');
  const denied = await findOldJobs({ run: runTool, env: {}, homeDir: folder, folders: [join(folder, 'bin')] });
  expect(denied).toEqual({ items: [], unread: [expect.stringContaining('not allowed')] });
  await program(join(folder, 'bin', 'crontab'), 'echo "no crontab for root" >&2; exit 1');
  const none = await findOldJobs({ run: runTool, env: {}, homeDir: folder, folders: [join(folder, 'bin')] });
  expect(none).toEqual({ items: [], unread: [] });
});

/** A crontab that keeps its lines in a file, as the real one does. */
async function fakeCrontab(lines: readonly string[]): Promise<string> {
  const table = join(folder, 'table');
  await writeFile(table, `${lines.join('\n')}\n`);
  await program(join(folder, 'bin', 'crontab'), `case "$1" in -l) cat '${table}';; *) cat "$1" > '${table}';; esac`);
  return table;
}

test('a cron line that copies into latest and deletes there is found, whatever runs it', async () => {
  await fakeCrontab([
    '*/2 * * * * rsync -az --delete root@1.2.3.4:/models/outputs/ /b/7/latest/work_dir/',
    '*/2 * * * * rsync -az --delete-after root@vast:/x/ /b/7/',
    '0 3 * * * rsync -a --delete /srv/photos/ /mnt/disk/photos/',
    '0 3 * * * rsync -a root@vast:/x/ /b/7/latest/',
  ]);
  const { items } = await findOldJobs({ run: runTool, env: {}, homeDir: folder, folders: [join(folder, 'bin')] });
  expect(items.map(({ script, canDisable }) => [script, canDisable])).toEqual([
    ['rsync --delete', true],
    ['rsync --delete', true],
  ]);
});

test('a cron line is disabled only when it was typed, after a copy, and nothing else changes', async () => {
  const lines = ['MAILTO=me', '*/2 * * * * KEY=secret /x/vast_checkpoint_watch.sh', '0 1 * * * backup', ''];
  const table = await fakeCrontab(lines);
  const before = await readFile(table, 'utf8');
  const places = { run: runTool, env: { PATH: '/usr/bin:/bin' }, folders: [join(folder, 'bin')] };
  const found = async () => (await findOldJobs({ ...places, homeDir: folder })).items;
  const { id } = (await found())[0]!;
  const deps = { ...places, backupFolder: join(folder, 'backups'), now: '2026-03-01T12:00:00.000Z' };
  for (const confirm of [undefined, 'yes'])
    await expect(disableOldJob({ id, confirm }, deps)).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await readFile(table, 'utf8')).toBe(before);

  const done = await disableOldJob({ id, confirm: 'vast_checkpoint_watch.sh' }, deps);
  expect(await readFile(table, 'utf8')).toBe(
    before.replace('*/2', '# disabled by Blueprint Control Room at 2026-03-01T12:00:00.000Z: */2'),
  );
  expect(await readFile(done.backupPath, 'utf8')).toBe(before);
  expect((await stat(done.backupPath)).mode & 0o077).toBe(0);
  expect(done.line).not.toContain('secret');
  expect(await readdir(deps.backupFolder)).toHaveLength(1);
  expect(await found()).toEqual([]);
  await expect(disableOldJob({ id, confirm: 'vast_checkpoint_watch.sh' }, deps)).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a crontab that does not take what it is given says where the old one is', async () => {
  await fakeCrontab(['*/2 * * * * /x/vast_checkpoint_watch.sh']);
  const places = { run: runTool, env: { PATH: '/usr/bin:/bin' }, folders: [join(folder, 'bin')] };
  const { id } = (await findOldJobs({ ...places, homeDir: folder })).items[0]!;
  await program(join(folder, 'bin', 'crontab'), `case "$1" in -l) cat '${join(folder, 'table')}';; esac`);
  const deps = { ...places, backupFolder: join(folder, 'backups'), now: '2026-03-01T12:00:00.000Z' };
  await expect(disableOldJob({ id, confirm: 'vast_checkpoint_watch.sh' }, deps)).rejects.toMatchObject({
    code: 'tool_failed',
    hint: expect.stringContaining('crontab-20260301T120000000Z.txt'),
  });
});
