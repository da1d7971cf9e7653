import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createToolFinder } from './find-tool.ts';
import type { ToolFinderPorts } from './find-tool.ts';
import { askLoginShell } from './login-shell.ts';
import { toolEnvironment } from './tool-environment.ts';
import { toolTable } from './tool-table.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find tool-'));
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

const sayVersion = (version: string): string => `echo "ffmpeg version ${version} Copyright"`;

function finder(ports: Partial<ToolFinderPorts>) {
  return createToolFinder({
    settingsPathOf: () => null,
    homeDir: folder,
    platform: 'linux',
    processArchitecture: 'x64',
    shellPath: null,
    inheritedEnv: {},
    knownFolders: [],
    ...ports,
  });
}

test('the path in Settings wins over every folder', async () => {
  const chosen = await program(join(folder, 'mine', 'my-ffmpeg'), sayVersion('9.1'));
  await program(join(folder, 'known', 'ffmpeg'), sayVersion('5.0'));
  const found = await finder({ settingsPathOf: () => chosen, knownFolders: [join(folder, 'known')] }).find('ffmpeg');
  expect(found).toMatchObject({
    found: true,
    path: chosen,
    version: '9.1',
    source: 'settings',
    architecture: 'script',
  });
});

test('a bad path in Settings is said, not silently replaced', async () => {
  await program(join(folder, 'known', 'ffmpeg'), sayVersion('5.0'));
  const found = await finder({ settingsPathOf: () => '/no/such/ffmpeg', knownFolders: [join(folder, 'known')] }).find(
    'ffmpeg',
  );
  expect(found).toMatchObject({ found: false });
  expect(found.found ? '' : found.fix).toContain('Settings');
});

test('folders are tried in order, a stub that fails is passed over and a symbolic link keeps its own path', async () => {
  await program(join(folder, 'a', 'ffmpeg'), 'echo "install me first" >&2; exit 72');
  await program(join(folder, 'cellar', 'ffmpeg'), sayVersion('8.0'));
  await mkdir(join(folder, 'b'));
  await symlink(join(folder, 'cellar', 'ffmpeg'), join(folder, 'b', 'ffmpeg'));
  await program(join(folder, 'c', 'ffmpeg'), sayVersion('1.0'));
  const found = await finder({ knownFolders: ['a', 'b', 'c'].map((name) => join(folder, name)) }).find('ffmpeg');
  expect(found).toMatchObject({
    found: true,
    path: join(folder, 'b', 'ffmpeg'),
    version: '8.0',
    source: 'known_folder',
  });
  expect(found.notes.join('\n')).toContain('install me first');
});

test('the login shell is asked only when needed, and once', async () => {
  const calls = join(folder, 'calls');
  await program(join(folder, 'odd', 'ffmpeg'), sayVersion('7.0'));
  await program(join(folder, 'known', 'ssh'), 'echo "OpenSSH_9.2p1 Debian, OpenSSL" >&2');
  const shellPath = await program(
    join(folder, 'fake-shell'),
    `echo called >> "${calls}"; echo "Welcome back!"; PATH="${folder}/odd:/usr/bin:/bin" SSH_AUTH_SOCK=/tmp/agent; export PATH SSH_AUTH_SOCK\necho noise; eval "$2"; echo more noise`,
  );
  const tools = finder({ shellPath, knownFolders: [join(folder, 'known')] });
  expect(await tools.find('ssh')).toMatchObject({ found: true, version: '9.2p1' });
  expect(tools.shellAnswer()).toBeNull();
  expect(await tools.find('ffmpeg')).toMatchObject({
    found: true,
    source: 'login_shell',
    path: join(folder, 'odd', 'ffmpeg'),
  });
  expect(await tools.find('ffmpeg', { fresh: true })).toMatchObject({ found: true });
  expect((await readFile(calls, 'utf8')).trim()).toBe('called');
  expect(await tools.shellAnswer()).toMatchObject({ ok: true, sshAuthSock: '/tmp/agent' });
});

test('a shell that hangs, fails, prints nothing or is no shell becomes one line', async () => {
  const env = toolEnvironment({ homeDir: folder, inherited: {} });
  const slow = await program(join(folder, 'slow'), `trap '' TERM; while :; do sleep 0.05; done`);
  const noisy = await program(join(folder, 'noisy'), 'while :; do echo 0123456789012345678901234567890123456789; done');
  const failing = await program(join(folder, 'failing'), 'echo broken rc >&2; exit 3');
  for (const [shellPath, word] of [
    [slow, '300 ms'],
    [noisy, ''],
    [failing, 'without printing'],
    [join(folder, 'absent'), 'could not be started'],
    ['zsh', 'No login shell'],
  ] as const) {
    const answer = await askLoginShell({ shellPath, env, timeoutMs: 300 });
    expect(answer.ok, shellPath).toBe(false);
    expect(answer.ok ? '' : answer.line).toContain(word);
    expect(answer.ok ? '' : answer.line).not.toContain('\n');
  }
});

test('a fish-like shell, whose PATH is a list of its own, still answers', async () => {
  // It knows nothing of $PATH with colons and refuses POSIX assignments; single quotes and plain words do work.
  const fish = await program(
    join(folder, 'fish'),
    `case "$2" in *=*) echo "fish: Unsupported use of '='" >&2; exit 127;; esac\nPATH="${folder}/fish-bin:/bin"; export PATH\neval "$2"; exit 1`,
  );
  const answer = await askLoginShell({
    shellPath: fish,
    env: { ...toolEnvironment({ homeDir: folder, inherited: {} }), SSH_AUTH_SOCK: '' },
  });
  expect(answer).toEqual({ ok: true, pathFolders: [`${folder}/fish-bin`, '/bin'], sshAuthSock: null });
});

test('a real shell with a noisy start-up file answers', async () => {
  await writeFile(join(folder, '.profile'), `echo hello from rc; PATH="$HOME/from rc:$PATH"; export PATH\n`);
  const answer = await askLoginShell({
    shellPath: '/bin/bash',
    env: toolEnvironment({ homeDir: folder, inherited: {} }),
  });
  if (!answer.ok) throw new Error(answer.line);
  expect(answer.pathFolders[0]).toBe(join(folder, 'from rc'));
});

test('what is missing says what for and how to get it', async () => {
  const found = await finder({ platform: 'darwin' }).find('rclone');
  expect(found).toMatchObject({ found: false });
  expect(found.found ? '' : found.fix).toContain('brew install rclone');
  expect(found.notes).toHaveLength(1);
});

test('versions are read from what the programs really print', () => {
  const read = (name: keyof typeof toolTable, text: string): string | undefined =>
    toolTable[name].versionPattern.exec(text)?.[1];
  expect(read('ffmpeg', 'ffmpeg version n7.1-3-g1234 Copyright (c)')).toBe('n7.1-3-g1234');
  expect(read('rsync', 'rsync  version 3.2.7  protocol version 31')).toBe('3.2.7');
  expect(read('rclone', 'rclone v1.60.1-DEV\n- os/version: debian')).toBe('1.60.1-DEV');
  expect(read('ssh', 'OpenSSH_9.9p1, LibreSSL 3.3.6\n')).toBe('9.9p1');
});
