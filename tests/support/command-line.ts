import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from './test-core.ts';

export type CallOutcome = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON; null when it is none. */
  readonly value: unknown;
  /** The last line of standard error as JSON; null when it is none. */
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
};

export type RunningCall = {
  readonly child: ChildProcess;
  readonly outcome: Promise<CallOutcome>;
  sees(text: string): Promise<void>;
};

/** Starts `bin/room` as a person would. */
export function startCall(
  args: readonly string[],
  options: { readonly cwd?: string; readonly home: string; readonly env?: NodeJS.ProcessEnv },
): RunningCall {
  const child = spawn(join(projectFolder, 'bin', 'room'), args, {
    cwd: options.cwd ?? projectFolder,
    env: { ...process.env, npm_lifecycle_event: undefined, ROOM_HOME: options.home, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers: { text: string; resolve: () => void }[] = [];
  const look = (): void => {
    for (const watcher of watchers)
      if (stderr.includes(watcher.text) || stdout.includes(watcher.text)) watcher.resolve();
  };
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
    look();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
    look();
  });
  const outcome = new Promise<CallOutcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        code,
        stdout,
        stderr,
        value: parse<unknown>(stdout),
        error: parse<NonNullable<CallOutcome['error']>>(stderr.trimEnd().split('\n').at(-1) ?? ''),
      }),
    );
  });
  return {
    child,
    outcome,
    sees: (text) =>
      new Promise((resolve, reject) => {
        watchers.push({ text, resolve });
        look();
        void outcome.then((it) =>
          it.stderr.includes(text) || it.stdout.includes(text)
            ? resolve()
            : reject(new Error(`It ended without ${text}: ${it.stderr}`)),
        );
      }),
  };
}

export function room(args: readonly string[], options: Parameters<typeof startCall>[1]): Promise<CallOutcome> {
  return startCall(args, options).outcome;
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
