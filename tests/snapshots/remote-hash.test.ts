import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/test-core.ts';
import { startMachine, type PulledMachine } from './machine.ts';

const largeBytes = 9 * 1024 * 1024;

test('a machine with openssl hashes its large files with it', async () => {
  const { machine, mark } = await machineWith((file) => `touch ${file}\nexec /usr/bin/openssl "$@"`);
  expect((await machine.pull()).state).toBe('verified');
  expect(existsSync(mark)).toBe(true);
});

test('an openssl that fails, or answers something else, is passed over', async () => {
  for (const body of ['exit 1', 'echo "0000  *stdin"', 'cat']) {
    const { machine } = await machineWith(() => body);
    expect((await machine.pull()).state, body).toBe('verified');
    expect(machine.currentFiles(), body).toEqual(['model.distcp']);
  }
});

/** A machine with one large file, on which `openssl` is a script of ours. */
async function machineWith(
  bodyOf: (mark: string) => string,
): Promise<{ readonly machine: PulledMachine; readonly mark: string }> {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const mark = join(folder.path, 'was-called');
  const openssl = join(folder.path, 'openssl');
  writeFileSync(openssl, `#!/bin/sh\n${bodyOf(mark)}\n`);
  chmodSync(openssl, 0o755);
  const machine = await startMachine({ config: [`SetEnv PATH=${folder.path}:/usr/bin:/bin`] });
  writeFileSync(join(machine.root, 'model.distcp'), Buffer.alloc(largeBytes, 7));
  return { machine, mark };
}
