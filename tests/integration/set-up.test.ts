import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

/**
 * The set-up script in a copy of the tree where npm, Vite and the room are small stand-ins: they note
 * that they were called, and npm leaves behind what the real one would.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let tree: string;
let children: ChildProcess[];

const npm = `#!/bin/sh
echo "npm $*" >> ../calls
if [ -n "$NPM_FAULT" ]; then echo "npm error code $NPM_FAULT" >&2; exit 1; fi
if [ -n "$NPM_WARNING" ]; then echo "npm warn tar $NPM_WARNING" >&2; fi
rm -rf node_modules && mkdir -p node_modules/.bin node_modules/vite/bin
ln -s "$REAL_NODE" node_modules/.bin/node
cp ../vite.js node_modules/vite/bin/vite.js
cp package-lock.json node_modules/.package-lock.json
`;
const vite = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const out = process.argv[process.argv.indexOf('--outDir') + 1];
appendFileSync('../calls', 'vite\\n');
if (process.env.VITE_FAULT) { console.error(process.env.VITE_FAULT); process.exit(1); }
mkdirSync(out, { recursive: true });
writeFileSync(out + '/index.html', 'page');
`;
const room = `
const args = process.argv.slice(2);
if (args[0] === 'wait') {
  process.on('SIGTERM', () => process.exit(7));
  setInterval(() => {}, 1000);
  console.log('waiting');
} else {
  console.log(JSON.stringify({ args, node: process.execPath, path: process.env.PATH.split(':')[0] }));
  process.exitCode = args[0] === 'busy' ? 4 : 0;
}
`;

beforeEach(() => {
  children = [];
  folder = mkdtempSync(join(tmpdir(), 'set-up-'));
  tree = join(folder, 'tree');
  for (const path of ['build', 'package.json', 'package-lock.json', '.npmrc']) {
    cpSync(join(root, path), join(tree, path), { recursive: true });
  }
  const files = {
    '../calls': '',
    '../vite.js': vite,
    '../bin/npm': npm,
    'renderer/main.tsx': 'export const a = 1;',
    'shared/errors.ts': 'export const b = 1;',
    'configs/tooling/vite.renderer.config.ts': '',
    'configs/tooling/tsconfig.base.json': '{}',
    'electron/engine/command-line.ts': room,
    'electron/web/main.ts': room,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  chmodSync(join(folder, 'bin/npm'), 0o755);
  symlinkSync(process.execPath, join(folder, 'bin/node'));
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function begin(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const path = [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter);
  const child = spawn(process.execPath, [join(tree, 'build/bootstrap.mjs'), ...args], {
    cwd: tree,
    env: { PATH: path, HOME: folder, REAL_NODE: process.execPath, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = begin(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** The lockfile of the tree with another version of one package. */
function lockfileWith(version: string): string {
  const lockfile = JSON.parse(readFileSync(join(tree, 'package-lock.json'), 'utf8'));
  lockfile.packages['node_modules/zod'].version = version;
  return JSON.stringify(lockfile);
}

const calls = (name: string): number =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(name)).length;

test('installs once, then is silent until the lockfile changes', async () => {
  const first = await run(['room', 'help']);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('Installing npm packages') });
  const second = await run(['room', 'help']);
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(calls('npm')).toBe(1);
  writeFileSync(join(tree, 'package-lock.json'), lockfileWith('9.9.9'));
  await run(['room', 'help']);
  expect(calls('npm')).toBe(2);
});

test('what npm installed by hand is not installed again', async () => {
  await run(['room', 'help']);
  writeFileSync(join(tree, 'package-lock.json'), lockfileWith('9.9.9'));
  writeFileSync(join(tree, 'node_modules/.package-lock.json'), lockfileWith('9.9.9'));
  await run(['room', 'help']);
  expect(calls('npm')).toBe(1);
});

test('the standard output, the arguments and the exit code are those of the program', async () => {
  const { code, stdout } = await run(['room', 'busy', '{"path":"a b"}']);
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    args: ['busy', '{"path":"a b"}'],
    path: join(tree, 'node_modules/.bin'),
  });
});

test('two commands at once install once', async () => {
  const both = await Promise.all([run(['room', 'a']), run(['room', 'b'])]);
  expect(both.map((each) => each.code)).toEqual([0, 0]);
  expect(calls('npm')).toBe(1);
});

test('a lock of a process that is gone holds nobody', async () => {
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(gone, 'close');
  mkdirSync(join(tree, '.cache'));
  writeFileSync(join(tree, '.cache/setup.lock'), String(gone.pid));
  expect((await run(['room', 'help'])).code).toBe(0);
});

test('a signal reaches the program, and its exit code comes back', async () => {
  const child = begin(['room', 'wait']);
  const ended = once(child, 'exit');
  for await (const line of child.stdout ?? []) if (String(line).includes('waiting')) break;
  child.kill('SIGTERM');
  expect(await ended).toEqual([7, null]);
});

test('the program ends with the npm that started it, although the shell between passes no signal on', async () => {
  await run(['room', 'help']);
  const bootstrap = join(tree, 'build/bootstrap.mjs');
  const script = `"${process.execPath}" "${bootstrap}" room wait; exit 0`;
  const shell = spawn('/bin/sh', ['-c', script], {
    cwd: tree,
    env: { PATH: process.env['PATH'], HOME: folder, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(shell);
  const closed = once(shell.stdout, 'close');
  for await (const line of shell.stdout.iterator({ destroyOnReturn: false })) {
    if (String(line).includes('waiting')) break;
  }
  shell.kill('SIGTERM');
  // The pipe is closed when the last process that writes to it is gone.
  shell.stdout.resume();
  await closed;
});

test('no npm: says so and what to do', async () => {
  rmSync(join(folder, 'bin/npm'));
  const { code, stdout, stderr } = await run(['start'], { PATH: join(folder, 'bin') });
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/Set-up stopped: npm is not on the PATH.*\nTo go on: install npm/);
});

test.each([
  [{ NPM_FAULT: 'ENOTFOUND' }, 'The npm registry could not be reached (ENOTFOUND)'],
  [{ NPM_FAULT: 'ENOSPC' }, 'is full'],
  [{ NPM_FAULT: 'EACCES' }, 'Nothing can be written'],
  [{ NPM_FAULT: 'EUSAGE' }, 'do not agree'],
  [{ NPM_FAULT: 'E500' }, 'npm ci failed (E500)'],
  // npm exits 0 and only warns when a file of a package did not fit on the disk.
  [{ NPM_WARNING: 'TAR_ENTRY_ERROR ENOSPC: no space left on device, write' }, 'is full'],
])('npm fails with %j: the set-up stops, and the next command tries again', async (env, words) => {
  const failed = await run(['room', 'help'], env);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain(words);
  expect(failed.stderr).toContain('\nTo go on: ');
  expect((await run(['room', 'help'])).code).toBe(0);
  expect(calls('npm')).toBe(2);
});

test('the page is built when what it is made of changed, and only then', async () => {
  await run(['build']);
  await run(['build']);
  expect(calls('vite')).toBe(1);
  writeFileSync(join(tree, 'renderer/main.test.tsx'), 'export const c = 1;');
  await run(['build']);
  expect(calls('vite')).toBe(1);
  writeFileSync(join(tree, 'shared/errors.ts'), 'export const b = 2;');
  await run(['build']);
  expect(calls('vite')).toBe(2);
});

test('a page that can not be built stops the start and leaves the last one', async () => {
  await run(['build']);
  writeFileSync(join(tree, 'renderer/main.tsx'), 'export const a = ;');
  const { code, stderr } = await run(['start', '--web'], { VITE_FAULT: 'Unexpected ;' });
  expect(code).toBe(1);
  expect(stderr).toContain('Unexpected ;');
  expect(readFileSync(join(tree, 'out/renderer/index.html'), 'utf8')).toBe('page');
});

test('start says in one line that it opens the browser shell, unless that was asked for', async () => {
  const line = "Electron's binary is not here: opening the room in the browser shell.\n";
  expect((await run(['start', '--no-open'])).stdout).toContain(line);
  expect((await run(['start', '--no-open', '--web'])).stdout).not.toContain(line);
});

test('a workspace is meant from where the command was typed', async () => {
  const { stdout } = await run(['start', '--web', '--workspace', 'mine'], { INIT_CWD: '/data' });
  expect(JSON.parse(stdout)).toMatchObject({ args: ['--web', '--workspace', '/data/mine'] });
});

test('a Node that does not start here is not used', async () => {
  const { code, stderr } = await run(['room', 'help'], { REAL_NODE: '/bin/false' });
  expect(stderr).toContain('No Node.js 24');
  expect(code).toBe(0);
});
