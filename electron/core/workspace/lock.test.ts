import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, type LockHolder } from './lock.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'room-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const holder = (pid: number): LockHolder => ({ pid, role: 'errand', socketPath: '/tmp/x.sock', since: '2026-11-23' });

/** Another process that takes the lock and says whether it has it. */
async function otherProcess(): Promise<{ child: ChildProcess; has: boolean }> {
  const code = `
    import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    const got = acquireLock(${JSON.stringify(folder)}, { pid: process.pid, role: 'resident', socketPath: '/tmp/other.sock', since: 'now' });
    console.log('lock' in got ? 'has' : 'has not');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, has: line.toString().trim() === 'has' };
}

test('one at a time; who comes second learns who holds it', () => {
  const first = acquireLock(folder, holder(1));
  expect('lock' in first).toBe(true);
  expect(acquireLock(folder, holder(2))).toEqual({ heldBy: holder(1) });
  if ('lock' in first) first.lock.release();
  const third = acquireLock(folder, holder(3));
  expect('lock' in third).toBe(true);
  if ('lock' in third) third.lock.release();
});

test('the lock dies with its holder, however that ends', async () => {
  const other = await otherProcess();
  expect(other.has).toBe(true);
  expect(acquireLock(folder, holder(1))).toEqual({
    heldBy: expect.objectContaining({ pid: other.child.pid, role: 'resident', socketPath: '/tmp/other.sock' }),
  });
  other.child.kill('SIGKILL');
  await once(other.child, 'exit');
  const mine = acquireLock(folder, holder(1));
  expect('lock' in mine).toBe(true);
  expect((await otherProcess()).has).toBe(false);
  if ('lock' in mine) mine.lock.release();
});
