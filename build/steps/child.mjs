import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { modulesBin, root } from './paths.mjs';

/**
 * The environment of what is started: the project's own Node first on the PATH.
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnv() {
  return { ...process.env, PATH: [modulesBin, ...pathWithoutModules()].join(delimiter) };
}

/**
 * The PATH without the project's own folder. npm is started with it: an install removes that folder,
 * and a program may not be removed under its own feet.
 */
export function pathWithoutModules() {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== modulesBin && folder !== '');
}

/**
 * Runs a program of the set-up to its end and keeps what it said.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ code: number | null, output: string, fault: NodeJS.ErrnoException | null }>}
 */
export function capture(program, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ bytes) => {
      output = (output + bytes.toString('utf8')).slice(-200_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (fault) => resolve({ code: null, output, fault }));
    child.once('close', (code) => resolve({ code, output, fault: null }));
  });
}

/**
 * Hands over to a program: same terminal, same folder, its exit code becomes ours. Signals are passed
 * on, but for the Ctrl-C of a terminal, which the terminal has sent to both already.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<never>}
 */
export function handOver(program, args) {
  return new Promise((_resolve, reject) => {
    const child = spawn(program, args, { env: projectEnv(), stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'])) {
      process.on(signal, () => {
        const terminalSentIt = process.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT');
        if (!terminalSentIt) child.kill(signal);
      });
    }
    stopWithNpm(child);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * npm passes a signal to the shell between it and us, and that shell passes it to nobody: when it is
 * gone, so is who started the program.
 * @param {import('node:child_process').ChildProcess} child
 */
function stopWithNpm(child) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
}
