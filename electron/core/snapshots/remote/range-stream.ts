import { RoomError } from '#shared/errors.ts';
import type { FileSight } from '#shared/rules/stable-file.ts';
import { toNs } from './list-remote.ts';
import {
  bashCommand,
  lostError,
  nulList,
  openCommand,
  readSteadily,
  type BulkConnection,
  type RemoteCommand,
} from './remote.ts';

/**
 * Answers each request (offset, length, path, each ended by NUL) with exactly `length` bytes, zeros where the
 * file has ended before, and then with how the file was seen afterwards. Always as many bytes as were asked
 * for: the stream stays in step whatever happens to the file, and its hash tells the rest.
 */
const script = `
exec 3>&1
while IFS= read -r -d '' off && IFS= read -r -d '' len && IFS= read -r -d '' p; do
  out=$(dd if="$p" bs=1048576 iflag=skip_bytes,count_bytes,fullblock skip="$off" count="$len" 2>&1 >&3)
  n=\${out##*$'\\n'}; n=\${n%% *}
  case $n in ''|*[!0-9]*) n=0;; esac
  if [ "$n" -lt "$len" ]; then head -c $((len - n)) /dev/zero; fi
  find "$p" -maxdepth 0 -printf '%s %T@ %i' 2>/dev/null
  printf '\\0'
done
`;

export type RangeRequest = {
  /** Absolute, one character a byte. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /** Takes the bytes in order; the stream waits for it. */
  readonly take: (bytes: Buffer, offset: number) => Promise<void>;
};

type Waiting = RangeRequest & {
  readonly resolve: (after: FileSight | null) => void;
  readonly reject: (error: unknown) => void;
};

/** One session on the machine that reads ranges of files, one after the other, without a pause between them. */
export class RangeStream {
  readonly #command: RemoteCommand;
  readonly #waiting: Waiting[] = [];
  #failure: unknown = null;

  private constructor(command: RemoteCommand, connection: BulkConnection) {
    this.#command = command;
    void this.#pump(connection);
  }

  static async open(connection: BulkConnection, signal: AbortSignal): Promise<RangeStream> {
    return new RangeStream(await openCommand(connection, bashCommand(script), signal), connection);
  }

  /** @returns how the file was seen after it was read; null when it is gone. @throws RoomError ssh_unreachable. */
  read(request: RangeRequest): Promise<FileSight | null> {
    if (this.#failure !== null) return Promise.reject(this.#failure as Error);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...request, resolve, reject });
      this.#command.channel.write(nulList([String(request.offset), String(request.length), request.path]));
    });
  }

  close(): void {
    this.#command.channel.end();
  }

  async #pump(connection: BulkConnection): Promise<void> {
    let received = 0;
    let trailer = '';
    try {
      for await (let bytes of readSteadily(this.#command.channel, connection)) {
        while (bytes.length > 0) {
          const current = this.#waiting[0];
          if (current === undefined)
            throw new RoomError('answer_not_understood', 'The machine sent more than was asked for.');
          if (received < current.length) {
            const part = bytes.subarray(0, current.length - received);
            await current.take(part, current.offset + received);
            received += part.length;
            bytes = bytes.subarray(part.length);
            continue;
          }
          const end = bytes.indexOf(0);
          trailer += bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
          if (end === -1) break;
          bytes = bytes.subarray(end + 1);
          this.#waiting.shift();
          current.resolve(parseSight(trailer));
          received = 0;
          trailer = '';
        }
      }
      this.#fail(lostError());
    } catch (thrown) {
      this.#fail(thrown);
      this.#command.channel.close();
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

function parseSight(text: string): FileSight | null {
  const [size, mtime, inode] = text.split(' ');
  const mtimeNs = toNs(mtime ?? '');
  if (size === undefined || inode === undefined || mtimeNs === null) return null;
  return { sizeBytes: Number(size), mtimeNs, inode };
}
