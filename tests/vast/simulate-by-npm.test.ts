import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { projectFolder } from '../support/test-core.ts';
import { createSheetClient } from './sheet-client.ts';

function start(...args: readonly string[]) {
  const child = spawn('npm', ['run', '-s', 'simulate:vast', '--', ...args], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines, output, errors: () => errors, ended: once(child, 'close') };
}

test('it starts alone, prints one line with its address, and ends by a signal', async () => {
  const { child, lines, output, ended } = start('--port', '0', '--cli-safe', '--speed', '60');
  await once(output, 'line');
  expect(lines[0]).toMatch(/^Simulated Vast ready: http:\/\/127\.0\.0\.1:\d+$/);
  const url = lines[0]?.replace(/^.*: /, '') ?? '';
  expect(await createSheetClient(url).showInstances()).toHaveLength(5);
  const state = (await (await fetch(`${url}/__control`)).json()) as { speed: number };
  expect(state.speed).toBe(60);
  child.kill('SIGTERM');
  const [code, signal] = (await ended) as [number | null, string | null];
  expect([0, 143, null]).toContain(code);
  expect(signal ?? 'SIGTERM').toBe('SIGTERM');
  expect(lines).toHaveLength(1);
  await expect(fetch(url)).rejects.toThrow();
});

test.each([
  [['--port', 'none'], 2, '--port does not take "none"'],
  [['--speed', '0'], 2, '--speed does not take "0"'],
  [['--colour'], 2, '--colour'],
])('%j is refused with its usage', async (args, code, message) => {
  const { ended, errors, lines } = start(...args);
  expect((await ended)[0]).toBe(code);
  expect(errors()).toContain(message);
  expect(errors()).toContain('npm run -s simulate:vast');
  expect(lines).toEqual([]);
});
