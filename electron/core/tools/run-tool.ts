import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { homedir } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import type { Readable } from 'node:stream';
import { RoomError } from '#shared/errors.ts';
import { createLineSplitter } from './line-splitter.ts';
import { toolEnvironment } from './tool-environment.ts';

export type ToolRun = {
  /** Absolute path of the program. Names are never looked up here: see find-tool. */
  readonly path: string;
  /** Passed as they are; no shell ever sees them. */
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  /** The whole environment of the program; the allow-list of `toolEnvironment` when left out. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Stops the program and fails with `tool_failed`; no limit when left out. */
  readonly timeoutMs?: number | undefined;
  /** From the polite signal to the one that can't be ignored. */
  readonly killAfterMs?: number | undefined;
  /** More output than this is a fault of the program: it is stopped. Not counted when lines are taken one by one. */
  readonly maxStdoutBytes?: number | undefined;
  /** Takes standard output line by line; `stdout` of the result is then empty. */
  readonly onStdoutLine?: ((line: string) => void) | undefined;
  readonly onStderrLine?: ((line: string) => void) | undefined;
  /** Exit codes that are not a failure. */
  readonly okExitCodes?: readonly number[] | undefined;
};

export type ToolResult = {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** The end of standard error, at most 16 KiB. */
  readonly stderrTail: string;
};

type Child = ChildProcessByStdio<null, Readable, Readable>;
type StopReason =
  | { readonly kind: 'cancelled' | 'timeout' | 'too_much_output' }
  | { readonly kind: 'callback'; readonly error: unknown };

const defaultKillAfterMs = 2000;
const defaultMaxStdoutBytes = 8 * 1024 * 1024;
const stderrTailBytes = 16 * 1024;
/** How long a helper that outlives the program may keep its pipes open. */
const pipeGraceMs = 1000;
const shownStderrLines = 6;

/**
 * Runs one program to its end. Spawned by absolute path in a process group of its own, without a shell, with an
 * allow-listed environment and without standard input.
 *
 * Throws `RoomError`: `tool_missing` when it can't be started, `tool_failed` (with the last lines of standard error,
 * and `exitCode`, `signalName`, `stderrTail` in the details) when it ends badly, takes too long or prints too much,
 * `cancelled` when the signal fires. The whole group is gone before this returns or throws.
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  if (!isAbsolute(run.path)) {
    throw new RoomError('invalid_input', `"${run.path}" is not an absolute path, so it was not run.`);
  }
  if (run.signal?.aborted === true) throw cancelledError(run.path);
  const child = start(run);
  return await follow(run, child);
}

function start(run: ToolRun): Child {
  const env = run.env ?? toolEnvironment({ homeDir: homedir(), inherited: process.env });
  try {
    return spawn(run.path, [...run.args], {
      ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
      env: { ...env },
      shell: false,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (error) {
    throw startError(run.path, error);
  }
}

function follow(run: ToolRun, child: Child): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    let stopReason: StopReason | null = null;
    let exit: { readonly code: number | null; readonly signalName: string | null } | null = null;
    let stdoutBytes = 0;
    let stderrTail = Buffer.alloc(0);
    const stdoutChunks: Buffer[] = [];
    const timers = new Set<NodeJS.Timeout>();
    const later = (ms: number, action: () => void): void => {
      timers.add(setTimeout(action, ms));
    };

    const stop = (reason: StopReason): void => {
      if (stopReason !== null) return;
      stopReason = reason;
      signalGroup(child, 'SIGTERM');
      later(run.killAfterMs ?? defaultKillAfterMs, () => {
        signalGroup(child, 'SIGKILL');
        closePipes();
      });
    };
    // A helper with a session of its own can survive the group and hold the pipes: don't wait for it.
    const closePipes = (): void => {
      later(pipeGraceMs, () => {
        child.stdout.destroy();
        child.stderr.destroy();
      });
    };
    const guarded =
      (callback: ((line: string) => void) | undefined) =>
      (line: string): void => {
        if (callback === undefined || stopReason !== null) return;
        try {
          callback(line);
        } catch (error) {
          stop({ kind: 'callback', error });
        }
      };
    const onAbort = (): void => stop({ kind: 'cancelled' });
    const finish = (): void => {
      for (const timer of timers) clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
    };

    const stdoutLines = run.onStdoutLine === undefined ? null : createLineSplitter(guarded(run.onStdoutLine));
    const stderrLines = run.onStderrLine === undefined ? null : createLineSplitter(guarded(run.onStderrLine));
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdoutLines !== null) {
        stdoutLines.push(chunk);
        return;
      }
      stdoutBytes += chunk.length;
      if (stdoutBytes > (run.maxStdoutBytes ?? defaultMaxStdoutBytes)) stop({ kind: 'too_much_output' });
      else stdoutChunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderrLines?.push(chunk);
      stderrTail = Buffer.concat([stderrTail, chunk]).subarray(-stderrTailBytes);
    });

    child.on('error', (error) => {
      if (child.pid !== undefined) return;
      finish();
      reject(startError(run.path, error));
    });
    child.on('exit', (code, signalName) => {
      exit = { code, signalName };
      later(pipeGraceMs, () => {
        signalGroup(child, 'SIGKILL');
        child.stdout.destroy();
        child.stderr.destroy();
      });
    });
    child.on('close', (code, signalName) => {
      if (child.pid === undefined) return;
      finish();
      // The program itself has ended; helpers that ignored the polite signal go now.
      if (stopReason !== null) signalGroup(child, 'SIGKILL');
      stdoutLines?.end();
      stderrLines?.end();
      const tail = stderrTail.toString('utf8');
      const ended = exit ?? { code, signalName };
      if (stopReason !== null) {
        reject(stopError(run, stopReason, tail));
        return;
      }
      if (ended.code !== null && (run.okExitCodes ?? [0]).includes(ended.code)) {
        resolve({ exitCode: ended.code, stdout: Buffer.concat(stdoutChunks), stderrTail: tail });
        return;
      }
      reject(failedError(run.path, ended.code, ended.signalName, tail));
    });

    run.signal?.addEventListener('abort', onAbort, { once: true });
    if (run.signal?.aborted === true) onAbort();
    if (run.timeoutMs !== undefined) later(run.timeoutMs, () => stop({ kind: 'timeout' }));
  });
}

/** The negative id reaches the whole group. A group that is gone already is what was wanted. */
function signalGroup(child: Child, signalName: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signalName);
  } catch {
    child.kill(signalName);
  }
}

function startError(path: string, error: unknown): RoomError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_INVALID_ARG_VALUE') {
    return new RoomError(
      'invalid_input',
      `"${basename(path)}" was not started: an argument can't be passed to a program.`,
      {
        cause: error,
      },
    );
  }
  const why =
    code === 'ENOENT' ? 'the file or its folder is not there' : code === 'EACCES' ? 'it is not executable' : text;
  return new RoomError('tool_missing', `"${basename(path)}" could not be started: ${why}.`, {
    hint: `Check ${path}, or set another path in Settings.`,
    details: { path, reason: code },
    cause: error,
  });
}

function stopError(run: ToolRun, reason: StopReason, stderrTail: string): unknown {
  const name = basename(run.path);
  switch (reason.kind) {
    case 'callback':
      return reason.error;
    case 'cancelled':
      return cancelledError(run.path);
    case 'timeout':
      return new RoomError('tool_failed', `"${name}" was stopped: it did not finish within ${run.timeoutMs} ms.`, {
        details: { path: run.path, timeoutMs: run.timeoutMs, stderrTail },
      });
    case 'too_much_output':
      return new RoomError('tool_failed', `"${name}" was stopped: it printed more than was expected of it.`, {
        details: { path: run.path, stderrTail },
      });
  }
}

function cancelledError(path: string): RoomError {
  return new RoomError('cancelled', `"${basename(path)}" was cancelled.`);
}

function failedError(path: string, exitCode: number | null, signalName: string | null, stderrTail: string): RoomError {
  const how = exitCode === null ? `was ended by ${signalName ?? 'a signal'}` : `ended with code ${exitCode}`;
  const lines = stderrTail.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const said = lines.slice(-shownStderrLines).join('\n');
  return new RoomError('tool_failed', `"${basename(path)}" ${how}${said === '' ? ' and said nothing.' : `: ${said}`}`, {
    details: { path, exitCode, signalName, stderrTail },
  });
}
