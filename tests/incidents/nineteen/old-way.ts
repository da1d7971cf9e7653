import { spawn } from 'node:child_process';
import type { Sshd } from '../../support/sshd.ts';

export type OldWay = { readonly code: number | null; readonly output: string };

/** Runs a command on a machine as people did: by hand, over plain ssh, with nothing around it. */
export function bySsh(sshd: Sshd, command: string): Promise<OldWay> {
  return run('ssh', [
    '-p',
    String(sshd.port),
    '-i',
    sshd.keyFile,
    ...['BatchMode=yes', 'LogLevel=ERROR', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'].flatMap(
      (option) => ['-o', option],
    ),
    `${sshd.user}@${sshd.host}`,
    command,
  ]);
}

/** Runs a script of the old way on this computer, with no more of an environment than it is given. */
export function byBash(script: string, environment: Readonly<Record<string, string>>): Promise<OldWay> {
  return run('/bin/bash', ['-c', script], environment);
}

function run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<OldWay> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env === undefined ? {} : { env }) });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** What a promise was refused with. @throws when it was not refused. */
export async function refusalOf(work: Promise<unknown>): Promise<{
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown === null) throw new Error('It was not refused.');
  const { code, message, details } = thrown as {
    code: string;
    message: string;
    details: Record<string, unknown> | null;
  };
  return { code, message, details: details ?? {} };
}
