import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openTestCore, type TestCore } from '../support/test-core.ts';
import { startSshd, type Sshd, type SshdOptions } from '../support/sshd.ts';
import type { Ports } from '#core/ports.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';

export type SshRoom = TestCore & { readonly home: string; readonly folder: string };

/** A server of one test. */
export async function testSshd(options: SshdOptions = {}): Promise<Sshd> {
  const sshd = await startSshd(options);
  onTestFinished(() => sshd.close());
  return sshd;
}

/** A real core with a home folder of its own: no agent, no keys, no known_hosts but what the test puts there. */
export async function sshRoom(
  environment: Readonly<Record<string, string>> = {},
  overrides: Partial<Ports> = {},
): Promise<SshRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'room-ssh-'));
  const home = join(folder, 'person');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const base = sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: () => undefined,
    environment: { PATH: process.env['PATH'], ROOM_HOME: join(folder, 'room-home'), ...environment },
  });
  const core = await openTestCore(join(folder, 'workspace'), { ...base, homeFolder: home, ...overrides });
  onTestFinished(async () => {
    await core.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...core, home, folder };
}
