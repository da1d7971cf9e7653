import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import type { ManifestFile } from '#shared/model/snapshot-manifest.ts';
import { unescapeBytes } from '#shared/rules/plan-names.ts';
import { openCommand, type BulkConnection, type RemoteChannel } from '../remote/remote.ts';
import { tarEnd, tarHeader, tarPadding } from '../remote/tar-writer.ts';

/** A file that is there is put aside first and made anew: what has it open keeps what it had. */
const command =
  'env LC_ALL=C tar --extract --absolute-names --unlink-first --no-same-owner --warning=no-timestamp --file=-';

/** Sends files as one tar stream to where they were on the machine. @throws RoomError tool_failed, ssh_unreachable. */
export async function sendFiles(
  connection: BulkConnection,
  snapshotPath: string,
  rows: readonly ManifestFile[],
  signal: AbortSignal,
  onBytes: (sentBytes: number) => Promise<void>,
): Promise<void> {
  const { channel, done, stderr } = await openCommand(connection, command, signal);
  channel.resume();
  let sentBytes = 0;
  let toldBytes = 0;
  for (const row of rows) {
    signal.throwIfAborted();
    const name = Buffer.from(unescapeBytes(row.remotePath), 'latin1');
    await write(
      channel,
      tarHeader({ name, sizeBytes: row.sizeBytes, mtimeSeconds: Math.floor(Number(row.mtimeNs) / 1e9) }),
    );
    let fileBytes = 0;
    for await (const part of createReadStream(join(snapshotPath, row.path), { highWaterMark: 256 * 1024 })) {
      const bytes = part as Buffer;
      fileBytes += bytes.length;
      if (fileBytes > row.sizeBytes) break;
      await write(channel, bytes);
    }
    if (fileBytes !== row.sizeBytes) {
      channel.close();
      throw new RoomError('file_damaged', `${row.path} of the snapshot has not the size that its manifest says.`);
    }
    await write(channel, tarPadding(row.sizeBytes));
    sentBytes += row.sizeBytes;
    if (sentBytes - toldBytes < 8 * 1024 * 1024) continue;
    toldBytes = sentBytes;
    await onBytes(sentBytes);
  }
  channel.end(tarEnd());
  const { exitCode } = await done;
  if (exitCode !== 0)
    throw new RoomError(
      'tool_failed',
      `tar on the machine ended with ${exitCode ?? 'a signal'}: ${stderr().trim().slice(-300)}`,
      {
        hint: 'Look at the space and the rights on the machine. Push again: what is there is not sent twice.',
      },
    );
}

const write = (channel: RemoteChannel, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    if (bytes.length === 0 || channel.write(bytes)) {
      resolve();
      return;
    }
    const onDrain = (): void => settle(resolve);
    const onClose = (): void =>
      settle(() => reject(new RoomError('ssh_unreachable', 'The connection was lost while files were sent.')));
    const settle = (end: () => void): void => {
      channel.removeListener('drain', onDrain).removeListener('close', onClose);
      end();
    };
    channel.once('drain', onDrain).once('close', onClose);
  });
