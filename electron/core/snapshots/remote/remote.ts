import type { Readable } from 'node:stream';
import { RoomError } from '#shared/errors.ts';

/** A session on the machine: what it reads, what it writes. */
export type RemoteChannel = Readable & {
  readonly stderr: Readable;
  write(bytes: Uint8Array): boolean;
  end(bytes?: Uint8Array): unknown;
  close(): void;
};

/** A connection of the pull's own, so that nothing else waits behind its bytes. */
export type BulkConnection = {
  /** Which host key was shown; null when that is not known. */
  readonly hostKey: string | null;
  /** It has served before: since then it may have died without a word. */
  readonly isKept: boolean;
  readonly isOpen: () => boolean;
  openChannel(command: string): Promise<RemoteChannel>;
  end(): void;
};

/** A command that runs, of which the output is read by whoever opened it. */
export type RemoteCommand = {
  readonly channel: RemoteChannel;
  readonly stderr: () => string;
  /** Rejects when the connection is lost before the command has said how it ended. */
  readonly done: Promise<{ readonly exitCode: number | null }>;
};

const stderrBytes = 64 * 1024;
/** A machine that sends nothing for this long while something is due has gone silent. */
export const stallMs = 60_000;

/**
 * Runs a script of ours in bash on the machine. Names never stand in the command: they go through its input,
 * each ended by NUL, so that no byte of them is ever read by a shell.
 */
export function bashCommand(script: string): string {
  return `env LC_ALL=C bash --noprofile --norc -c '${script.replaceAll("'", `'\\''`)}'`;
}

export async function openCommand(
  connection: BulkConnection,
  command: string,
  signal: AbortSignal,
): Promise<RemoteCommand> {
  signal.throwIfAborted();
  const channel = await connection.openChannel(command);
  let tail = Buffer.alloc(0);
  channel.stderr.on('data', (bytes: Buffer) => {
    tail = Buffer.concat([tail, bytes]).subarray(-stderrBytes);
  });
  const done = new Promise<{ readonly exitCode: number | null }>((resolve, reject) => {
    let exit: { readonly exitCode: number | null } | null = null;
    channel.on('exit', (code: unknown) => {
      exit = { exitCode: typeof code === 'number' ? code : null };
    });
    channel.on('error', () => undefined);
    channel.once('close', () => {
      if (exit !== null) resolve(exit);
      else reject(signal.aborted ? (signal.reason as Error) : lostError());
    });
  });
  done.catch(() => undefined);
  const onAbort = (): void => {
    channel.close();
    channel.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  void done.finally(() => signal.removeEventListener('abort', onAbort)).catch(() => undefined);
  return { channel, stderr: () => tail.toString('utf8'), done };
}

export const lostError = (): RoomError =>
  new RoomError('ssh_unreachable', 'The SSH connection was lost in the middle of the pull.', {
    hint: 'What has arrived is kept: the next pull goes on where this one was cut.',
  });

/** Runs a script to its end. @throws RoomError ssh_unreachable. */
export async function runScript(
  connection: BulkConnection,
  script: string,
  input: Uint8Array,
  signal: AbortSignal,
  patienceMs: number = stallMs,
): Promise<{ readonly stdout: Buffer; readonly stderr: string; readonly exitCode: number | null }> {
  const command = await openCommand(connection, bashCommand(script), signal);
  command.channel.end(input);
  const parts: Buffer[] = [];
  for await (const part of readSteadily(command.channel, connection, patienceMs)) parts.push(part);
  const { exitCode } = await command.done;
  return { stdout: Buffer.concat(parts), stderr: command.stderr(), exitCode };
}

/**
 * The output of a command, as long as it keeps coming. A connection that is open at one end only sends no error
 * and no byte: silence ends it here. @throws RoomError ssh_unreachable.
 */
export async function* readSteadily(
  channel: RemoteChannel,
  connection: BulkConnection,
  patienceMs: number = stallMs,
): AsyncGenerator<Buffer, void> {
  let isStalled = false;
  const watch = setTimeout(() => {
    isStalled = true;
    connection.end();
    channel.destroy();
  }, patienceMs);
  try {
    for await (const part of channel as AsyncIterable<Buffer>) {
      watch.refresh();
      yield part;
      watch.refresh();
    }
  } catch (thrown) {
    if (!isStalled) throw isCut(thrown) ? lostError() : thrown;
  } finally {
    clearTimeout(watch);
  }
  if (isStalled)
    throw new RoomError('ssh_unreachable', `The machine sent nothing for ${Math.round(patienceMs / 1000)} s.`, {
      hint: 'What has arrived is kept: the next pull goes on where this one was cut.',
    });
}

/** What a stream says in words of its own when the connection below it is gone. */
const isCut = (thrown: unknown): boolean =>
  /^(?:ERR_STREAM_|ECONNRESET$|EPIPE$|ETIMEDOUT$)/.test(String((thrown as { readonly code?: unknown } | null)?.code));

/** Names as the input of a script: one byte a character, each ended by NUL. */
export const nulList = (values: readonly string[]): Buffer =>
  Buffer.from(values.length === 0 ? '' : `${values.join('\0')}\0`, 'latin1');
