import { readFile } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { sayFsError } from '../runs/read/fs-errors.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import { shellQuote } from '../ssh/shell-quote.ts';
import { runGuarded } from './guarded-step.ts';
import { lintOnMachine } from './linted-scripts.ts';
import { secretsFor, type RemoteDeps } from './remote-deps.ts';
import { uploadFile } from './upload-files.ts';

/**
 * Prepares a machine: lint of all that will run, uploads, then one step between two looks at the environment.
 * What was looked at is what runs: a script that changed in between ends it with 97.
 * @throws RoomError held on a finding or a drifted environment, tool_failed when the step was no success
 */
export async function prepare(
  deps: RemoteDeps,
  input: MethodParsedInput<'remote.prepare'>,
  context: JobContext,
): Promise<MethodOutput<'remote.prepare'>> {
  const { instanceId, target } = machineOf(input);
  const { checkout } = input;
  const own = input.file === undefined ? null : await ownScript(input.file);
  const lint = (): ReturnType<typeof lintOnMachine> =>
    lintOnMachine(deps, target, {
      checkout,
      entry: own ?? input.script,
      override: input.override,
      signal: context.signal,
    });
  // Before the uploads as well: a finding leaves the machine as it was.
  let linted = await context.step('Lint', lint);
  if (input.uploads.length > 0) {
    await context.step('Upload', async () => {
      for (const { file, to } of input.uploads)
        await uploadFile(deps.shell, target, { file, to: posix.join(checkout, to), signal: context.signal });
    });
    linted = await context.step('Lint what was uploaded', lint);
  }
  const { guard, ...told } = linted;
  const name = own?.path ?? input.script;
  const step = await runGuarded(
    deps,
    {
      instanceId,
      target,
      kind: 'prepare',
      spec: {
        lane: 'machine',
        title: `Prepare: ${name}`,
        argv: [],
        script: own === null ? `${guard}exec bash ${shellQuote(input.script)}\n` : `${guard}${own.text}`,
        cwd: checkout,
        env: { ...input.variables, ...(await secretsFor(deps, input.secrets)) },
      },
    },
    context,
  );
  return { step, linted: told, uploaded: input.uploads.map(({ to }) => to) };
}

async function ownScript(file: string): Promise<{ readonly path: string; readonly text: string }> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new RoomError('path_unreadable', `${file} can not be read: ${sayFsError(thrown)}`);
  });
  return { path: basename(file), text };
}
