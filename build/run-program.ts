import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { modulesBin, root } from './steps/paths.mjs';

export type Ran = {
  readonly exitCode: number;
  /** Empty when the program wrote to the terminal itself. */
  readonly output: string;
  readonly elapsedMs: number;
};

/** Runs one of the packages' programs in the root of the project, on the Node that runs this. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: { readonly show: boolean; readonly env?: Readonly<Record<string, string>> },
): Promise<Ran> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(join(modulesBin, name), args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
    child.stderr?.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
    const end = (exitCode: number): void =>
      resolve({ exitCode, output: stripVTControlCharacters(output), elapsedMs: performance.now() - startedMs });
    child.once('error', (fault) => {
      output += `${name} could not be started: ${fault.message}\n`;
      end(1);
    });
    child.once('close', (code, signal) => end(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
