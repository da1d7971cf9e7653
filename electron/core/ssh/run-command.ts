import type { ClientChannel } from 'ssh2';
import { RoomError } from '#shared/errors.ts';
import type { Session } from './lane.ts';
import type { ExecOptions, ExecResult, ExecStream } from './machine-shell.ts';
import { abortReason, unreachableError } from './ssh-error.ts';

const defaultTimeoutMs = 30_000;
const defaultMaxBytes = 1024 * 1024;
const stderrTailBytes = 64 * 1024;

type Ended = { readonly exitCode: number | null; readonly signalName: string | null };

/**
 * Runs a command in its session to its end and keeps what it wrote, as UTF-8.
 * @throws RoomError could_not_tell after the time-out, ssh_unreachable, the reason of the signal.
 */
export async function collect(session: Session, options: ExecOptions): Promise<ExecResult> {
  const { channel } = session;
  const { signal, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = options;
  const out = keepFirst(channel, maxBytes);
  const error = keepFirst(channel.stderr, maxBytes);
  const ended = endOf(session);
  channel.end(typeof options.input === 'string' ? options.input : Buffer.from(options.input ?? ''));
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const cutShort = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(timeoutMs)), timeoutMs);
    onAbort = () => reject(abortReason(signal!));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
  try {
    const end = await Promise.race([ended, cutShort]);
    return { ...end, stdout: out.text(), stderr: error.text(), isCut: out.isCut() || error.isCut() };
  } catch (thrown) {
    hangUp(channel);
    ended.catch(() => undefined);
    throw thrown;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** The same command, read while it runs. */
export function follow(session: Session, signal?: AbortSignal): ExecStream {
  const { channel } = session;
  let tail = Buffer.alloc(0);
  channel.stderr.on('data', (bytes: Buffer) => {
    tail = Buffer.concat([tail, bytes]).subarray(-stderrTailBytes);
  });
  // However a command ends that was called off: it was called off.
  const done = endOf(session).finally(() => {
    if (signal?.aborted === true) throw abortReason(signal);
  });
  // Its fate is told to whoever awaits it; a reader of the stream alone must not bring the room down.
  done.catch(() => undefined);
  const onAbort = (): void => {
    hangUp(channel);
    channel.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  void done.finally(() => signal?.removeEventListener('abort', onAbort)).catch(() => undefined);
  if (signal?.aborted === true) onAbort();
  return {
    stdout: channel,
    stderrTail: () => tail.toString('utf8'),
    write: (bytes) =>
      Promise.race([
        new Promise<void>((resolve, reject) => channel.write(bytes, (fault) => (fault ? reject(fault) : resolve()))),
        // A command that has ended takes no more input.
        done.then(() => Promise.reject(new RoomError('conflict', 'The command has ended: it takes no more input.'))),
      ]),
    endInput: () => void channel.end(),
    done,
    close: () => hangUp(channel),
  };
}

/**
 * Ends the session: the command loses its streams, so that its next read or write ends it. OpenSSH passes the
 * signal on for users other than root only; a command that must end by itself is sent with `timeout`.
 */
function hangUp(channel: ClientChannel): void {
  channel.signal('HUP');
  channel.close();
  // What is still on its way is let go, or the channel would never come to its end.
  channel.resume();
  channel.stderr.resume();
}

/** How the command ended. A session that closes without saying so was lost. */
function endOf({ channel, connection, release }: Session): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let end: Ended | null = null;
    channel.on('exit', (code: number | null, signalName?: string) => {
      end = { exitCode: typeof code === 'number' ? code : null, signalName: signalName ?? null };
    });
    channel.once('close', () => {
      release();
      if (end !== null) return resolve(end);
      if (connection.isOpen()) return reject(unreachableError('The command ended and the machine did not say how.'));
      void connection.closed.then((why) =>
        reject(
          unreachableError(
            `The SSH connection was lost while a command ran: ${why}.`,
            'The command may have been ended with it or may go on. Look before it is sent again.',
          ),
        ),
      );
    });
    channel.on('error', () => undefined);
  });
}

function keepFirst(
  stream: NodeJS.ReadableStream,
  maxBytes: number,
): { readonly text: () => string; readonly isCut: () => boolean } {
  const chunks: Buffer[] = [];
  let keptBytes = 0;
  let isCut = false;
  stream.on('data', (bytes: Buffer) => {
    const kept = bytes.subarray(0, maxBytes - keptBytes);
    isCut ||= kept.length < bytes.length;
    keptBytes += kept.length;
    if (kept.length > 0) chunks.push(kept);
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), isCut: () => isCut };
}

const timedOut = (timeoutMs: number): RoomError =>
  new RoomError('could_not_tell', `The command did not end within ${timeoutMs / 1000} s and was hung up on.`, {
    hint: 'It may have done a part of its work. Look before it is sent again.',
  });
