import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { binaryOf, desktopEnvironment, type DesktopShell } from '../support/desktop-app.ts';
import { callFromPage } from '../support/desktop-page.ts';
import { expect, test } from '../support/room-fixture.ts';
import { demoRuns, projectFolder, temporaryFolder } from '../support/test-core.ts';

type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

function startCall(
  shell: DesktopShell,
  home: string,
  args: readonly string[],
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const child = spawn(
    binaryOf(shell),
    [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), projectFolder, '--room', ...args],
    {
      env: desktopEnvironment(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString('utf8')));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString('utf8')));
  return { child, outcome: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))) };
}
const call = (shell: DesktopShell, home: string, args: readonly string[]): Promise<Outcome> =>
  startCall(shell, home, args).outcome;
const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');

let own: ReturnType<typeof temporaryFolder>;
let desktopShell: DesktopShell;
test.beforeEach(({ shell }) => {
  own = temporaryFolder();
  desktopShell = shell as DesktopShell;
});
test.afterEach(() => own.remove());

test('without a window: a call prints JSON and ends with 0, and no window was made', async () => {
  const { code, stdout, stderr } = await call(desktopShell, own.path, ['room.info', '{}', '--demo']);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    product: 'Blueprint Control Room',
    shell: 'command_line',
    role: 'errand',
  });
  // The line of a room that has opened its page.
  expect(stdout + stderr).not.toContain('Control room ready');
});

test('without a window: the exit codes are those of the command line', async () => {
  const unknown = await call(desktopShell, own.path, ['no.such']);
  expect(unknown.code).toBe(2);
  expect(lastLine(unknown.stderr)).toMatchObject({ code: 'unknown_method' });
  const missing = await call(desktopShell, own.path, ['runs.import', '{"path":"/no/such/folder"}', '--demo']);
  expect(missing.code).toBe(1);
  expect(lastLine(missing.stderr)).toMatchObject({ code: 'path_missing' });
  const help = await call(desktopShell, own.path, ['help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('runs.import');
});

test('without a window: a job is waited for, and an answer that fills the pipe arrives whole', async () => {
  const workspace = join(own.path, 'ws');
  const imported = await call(desktopShell, own.path, [
    'runs.import',
    JSON.stringify({ path: demoRuns }),
    '--workspace',
    workspace,
  ]);
  expect(imported.code, imported.stderr).toBe(0);
  expect(JSON.parse(imported.stdout)).toHaveProperty('runs');
  const clips = await call(desktopShell, own.path, ['clips.list', '{"limit":200}', '--workspace', workspace]);
  expect(clips.stdout.length).toBeGreaterThan(70_000);
  expect(JSON.parse(clips.stdout)).toHaveProperty('items');
});

test('without a window: with the room open it is a guest of its engine', async ({ openDesktop }) => {
  const app = await openDesktop();
  const { workspace } = await callFromPage(app.page, 'room.info', {});
  const { code, stdout, stderr } = await call(desktopShell, own.path, [
    'room.info',
    '{}',
    '--workspace',
    workspace.path,
  ]);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ role: 'resident', shell: 'desktop' });
});

test('without a window: Ctrl-C ends the call with its outcome', async () => {
  const { child, outcome } = startCall(desktopShell, own.path, [
    'runs.import',
    JSON.stringify({ path: demoRuns }),
    '--workspace',
    join(own.path, 'ws'),
  ]);
  await new Promise<void>((resolve) =>
    child.stderr?.on('data', (bytes: Buffer) => bytes.toString().includes('runs.import') && resolve()),
  );
  child.kill('SIGINT');
  const { code, stderr } = await outcome;
  // It may have been done just then.
  if (code !== 0) expect(lastLine(stderr)).toMatchObject({ code: 'cancelled' });
  expect([0, 1]).toContain(code);
});
