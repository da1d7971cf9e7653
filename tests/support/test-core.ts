import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore, type Core, type CoreOptions } from '#core/create-core.ts';
import type { Ports } from '#core/ports.ts';
import { openWorkspace } from '#core/workspace/workspace.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import { contract } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { Job } from '#shared/model/job.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';

export const projectFolder: string = fileURLToPath(new URL('../../', import.meta.url));
export const demoRuns: string = join(projectFolder, 'resources', 'demo', 'vast');

/** A folder that is removed when the test file is done with it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'room-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

export type TestCore = {
  readonly core: Core;
  /** Calls a method as the command line does: a job is waited for and answers with its result. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  close(): Promise<void>;
};

/** The real core with real threads and files, in this process. */
export async function openTestCore(
  workspacePath: string,
  overrides: Partial<Ports> = {},
  {
    isDemo = false,
    role = 'errand',
    ...options
  }: Partial<Omit<CoreOptions, 'workspace'>> & { readonly isDemo?: boolean } = {},
): Promise<TestCore> {
  const ports: Ports = {
    ...sourcePorts({
      shell: 'command_line',
      mayBrowseFolders: true,
      switchWorkspace: null,
      log: () => undefined,
      // Nobody outside is asked by a test that does not bring a hub of its own.
      environment: { HF_ENDPOINT: 'http://127.0.0.1:9', ...process.env, ROOM_HOME: join(workspacePath, '..', 'home') },
    }),
    ...overrides,
  };
  const { workspace } = openWorkspace(workspacePath, { now: new Date(ports.clock.now()), isDemo });
  const core = await createCore(ports, { workspace, role, ...options });
  return {
    core,
    async call(method, input) {
      const envelope = await core.dispatcher.dispatch(method, input, { actor: 'operator', name: 'tester' });
      if (!envelope.ok) throw RoomError.fromPayload(envelope.error);
      if (contract[method].kind !== 'job') return envelope.value as never;
      return resultOf(await core.jobs.waitFor((envelope.value as { jobId: string }).jobId)) as never;
    },
    close: () => core.close(),
  };
}

function resultOf(job: Job): unknown {
  if (job.state === 'succeeded') return job.result;
  throw job.error === null ? new Error(`job ended ${job.state}`) : RoomError.fromPayload(job.error);
}
