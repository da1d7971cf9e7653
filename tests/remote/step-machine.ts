import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ports } from '#core/ports.ts';
import type { MethodInput } from '#shared/contract/index.ts';
import type { RemoteStep } from '#shared/model/step.ts';
import { makeSitePackages } from '../support/checkout/site-packages.ts';
import { startSshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

const longestWaitMs = 40_000;

/**
 * A machine behind a real sshd, in a folder: its steps, and a `site-packages` that a bad install really changes.
 * The room beside it is opened with `open`, as often as a test closes it.
 * @param variables that every session on it has
 */
export async function stepMachine(
  variables: (at: (...parts: string[]) => string) => Record<string, string> = () => ({}),
  options: Partial<Ports> = {},
) {
  const folder = temporaryFolder();
  const at = (...parts: string[]): string => join(folder.path, ...parts);
  const site = at('site-packages');
  const stepFolder = at('.blueprint-step');
  const environment = {
    STEP_DIR: stepFolder,
    FINGERPRINT_SITE: site,
    STEP_SEGMENT: '4096',
    MARK: at('marks'),
    ...variables(at),
  };
  const sshd = await startSshd({
    config: [
      `SetEnv ${Object.entries(environment)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
    ],
  });
  const opened = new Set<TestCore>();

  const packages = makeSitePackages(site);

  onTestFinished(async () => {
    for (const each of opened) await each.close();
    for (const pid of processesOf(stepFolder)) process.kill(pid, 'SIGKILL');
    await sshd.close();
    folder.remove();
  });

  const machine = {
    instanceId: 'test',
    target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
    acceptNewHostKey: true,
  };

  return {
    sshd,
    at,
    stepFolder,
    machine,
    workspace: at('workspace'),
    addPackage: packages.add,
    removePackage: packages.remove,
    /** Opens the room of this workspace, with a clock of its own pace. */
    open: async (role: 'resident' | 'errand' = 'errand'): Promise<TestCore> => {
      const room = await openTestCore(at('workspace'), options, { role });
      opened.add(room);
      return { ...room, close: async () => (opened.delete(room), room.close()) };
    },
    input: (more: Pick<MethodInput<'steps.run'>, 'title' | 'script'> & Partial<MethodInput<'steps.run'>>) => ({
      ...machine,
      ...more,
    }),
    /** The first step of the room that fits. */
    stepThat: (room: TestCore, what: string, fits: (step: RemoteStep) => boolean): Promise<RemoteStep> =>
      eventually(what, async () => (await room.call('steps.list', {})).items.find(fits) ?? null),
    readMark: (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : ''),
  };
}

/** Asks again until there is an answer. */
export async function eventually<T>(what: string, ask: () => Promise<T | null> | T | null): Promise<T> {
  const giveUpAt = Date.now() + longestWaitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > giveUpAt) throw new Error(`Waited for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Processes whose environment names a folder. */
export function processesOf(folder: string): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number)
    .filter((pid) => {
      try {
        return pid !== process.pid && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`STEP_DIR=${folder}`);
      } catch {
        return false;
      }
    });
}
