import { fork } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type * as Electron from 'electron';
import type { ForkOptions, UtilityProcess } from 'electron';
import { app } from './app.ts';
import { HonestEmitter } from './unimplemented.ts';

const entry = fileURLToPath(new URL('./utility-entry.ts', import.meta.url));

/** A utility process is a child of Node with an advanced channel, which clones structurally. */
class UtilityProcessDouble extends HonestEmitter implements Pick<UtilityProcess, 'pid' | 'postMessage' | 'kill'> {
  readonly #child;
  pid: number | undefined;

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super('utilityProcess', ['spawn', 'message', 'exit', 'error']);
    if (!app.isReady()) throw new Error('utilityProcess cannot be created before app is ready');
    const stdio = options.stdio ?? 'inherit';
    if (Array.isArray(stdio) || !['inherit', 'ignore'].includes(stdio))
      throw new Error(`The stand-in has no stdio ${String(stdio)}.`);
    this.#child = fork(entry, [modulePath, ...args], {
      env: (options.env as NodeJS.ProcessEnv | undefined) ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      execArgv: [...(options.execArgv ?? [])],
      serialization: 'advanced',
      stdio: ['ignore', stdio as 'inherit' | 'ignore', stdio as 'inherit' | 'ignore', 'ipc'],
    });
    this.pid = this.#child.pid;
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('exit', (code, signal) => {
      this.pid = undefined;
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      this.emit('exit', exitCode);
      app.emit(
        'child-process-gone',
        {},
        { type: 'Utility', reason: signal === null ? 'clean-exit' : 'killed', exitCode },
      );
    });
  }

  postMessage(message: unknown, transfer?: readonly unknown[]): void {
    if (transfer !== undefined && transfer.length > 0) throw new Error('The stand-in can not transfer ports.');
    const cloned: unknown = structuredClone(message);
    if (this.#child.connected) this.#child.send(cloned as object);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  fork: (modulePath: string, args: string[] = [], options: ForkOptions = {}) =>
    new UtilityProcessDouble(modulePath, args, options) as unknown as UtilityProcess,
} satisfies Partial<typeof Electron.utilityProcess>;
