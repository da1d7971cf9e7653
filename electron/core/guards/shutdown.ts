import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { classifyShutdownCommand, leaseFolder } from '#shared/rules/shutdown-command.ts';
import type { Database } from '../db/database.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { buildOnstart } from '../remote/onstart.ts';
import type { MachineShell } from '../ssh/machine-shell.ts';
import { leaseViewOf } from './guard-view.ts';
import { keepAnswer } from './lease-keeper.ts';
import { endOf, type LeaseShell } from './lease-shell.ts';
import type { LeaseStatus } from './lease-status.ts';
import { pathOfEnv, type ShutdownEnv } from './shutdown-env.ts';

export type ShutdownDeps = {
  readonly shell: MachineShell;
  readonly lease: LeaseShell;
  readonly env: ShutdownEnv;
  readonly database: Database;
  readonly remoteFolder: string;
  readonly now: () => number;
};

/** What the pipeline's shutdown command on a machine would really do. The command itself is not told. */
export async function checkShutdown(
  { id, checkout }: MethodParsedInput<'shutdown.check'>,
  deps: ShutdownDeps,
): Promise<MethodOutput<'shutdown.check'>> {
  const reading = classifyShutdownCommand(await deps.env.read(id, checkout));
  return { id, path: pathOfEnv(checkout), readAt: new Date(deps.now()).toISOString(), ...reading };
}

/**
 * Makes the auto-shutdown of a machine real: a living lease with a key, then a shutdown command that asks it.
 * @throws RoomError conflict when the key can not be had: the machine needs a restart with our onstart, and
 * its shutdown command stays what it is.
 */
export async function armShutdown(
  input: MethodParsedInput<'shutdown.arm'>,
  context: JobContext,
  deps: ShutdownDeps,
): Promise<MethodOutput<'shutdown.arm'>> {
  const { id, checkout } = input;
  await context.step('Put a lease on the machine', () => installLease(input, context, deps));
  const { backupPath } = await context.step('Write the shutdown command', () =>
    deps.env.write(id, checkout, context.signal),
  );
  const command = await context.step('Read it back', async () =>
    classifyShutdownCommand(await deps.env.read(id, checkout, context.signal)),
  );
  if (command.kind !== 'real')
    throw new RoomError(
      'could_not_tell',
      `The shutdown command of machine ${id} reads back as ${command.kind}: ${command.because}`,
    );
  const { lease } = await deps.database.read('guards.record', { instanceId: id });
  const now = new Date(deps.now()).toISOString();
  return { id, lease: leaseViewOf(lease, now), command, path: pathOfEnv(checkout), backupPath };
}

/** A lease that lives is renewed; else one is installed, with the key as the container's first process has it. */
async function installLease(
  input: MethodParsedInput<'shutdown.arm'>,
  context: JobContext,
  deps: ShutdownDeps,
): Promise<void> {
  const { id, leaseSeconds, maxRunSeconds, idleSeconds } = input;
  const { signal } = context;
  const limits = { leaseSeconds, maxRunSeconds, idleSeconds };
  const before = await deps.lease.status(id, signal);
  if (before.kind === 'status' && before.status.hasKey) {
    const renewed = await deps.lease.renew(id, limits, signal);
    await keepAnswer({ instanceId: id, answer: renewed, setByEventId: null }, deps);
    if (renewed.kind === 'status' && isLiving(renewed.status)) {
      context.detail('There was one: it was renewed with the new limits.');
      return;
    }
  }
  if (before.kind === 'none' && before.state === 'unknown')
    throw new RoomError('could_not_tell', `Machine ${id} was not armed. ${before.words}`);
  const leaseScript = await readFile(join(deps.remoteFolder, 'lease.sh'), 'utf8');
  const result = await deps.shell.exec({ kind: 'instance', instanceId: id }, 'sh -s', {
    input: buildOnstart({ leaseScript, ...limits }),
    signal,
  });
  if (result.exitCode === 3) {
    const words = 'Its key can not be seen from an SSH session: it needs a restart with our onstart.';
    await keepAnswer(
      { instanceId: id, answer: { kind: 'none', state: 'needs_restart', words }, setByEventId: null },
      deps,
    );
    throw new RoomError('conflict', `Machine ${id} is not armed. ${words}`, {
      hint: 'Launch it anew from a launch preset. Until then only the guard of this room can stop it: guards.arm.',
    });
  }
  if (result.exitCode !== 0)
    throw new RoomError('tool_failed', `The lease could not be installed on machine ${id}: ${endOf(result)}.`);
  // It is armed once its daemon has looked around for the first time.
  await deps.shell.exec({ kind: 'instance', instanceId: id }, firstBeat, { timeoutMs: 60_000, signal });
  const answer = await deps.lease.status(id, signal);
  await keepAnswer({ instanceId: id, answer, setByEventId: null }, deps);
  if (answer.kind !== 'status' || !answer.status.hasKey || !answer.status.isAlive)
    throw new RoomError(
      'could_not_tell',
      `The lease on machine ${id} was installed and does not answer. Count it as not armed.`,
    );
}

const firstBeat = `n=0; until [ -s "\${LEASE_DIR:-${leaseFolder}}/beat" ] || [ $n -ge 30 ]; do sleep 1; n=$((n + 1)); done`;

const isLiving = (status: LeaseStatus): boolean => status.hasKey && status.stopping === '';
