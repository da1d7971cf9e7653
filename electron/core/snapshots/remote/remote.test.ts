import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readSteadily, type BulkConnection, type RemoteChannel } from './remote.ts';

const connection: BulkConnection = {
  hostKey: null,
  isKept: false,
  isOpen: () => true,
  openChannel: () => Promise.reject(new Error('not in this test')),
  end: () => undefined,
};

async function readUntil(reason: Error): Promise<void> {
  const channel = new PassThrough();
  channel.write('some');
  for await (const part of readSteadily(channel as unknown as RemoteChannel, connection)) {
    expect(part.toString()).toBe('some');
    channel.destroy(reason);
  }
}

test('a socket that breaks below a command is a lost connection; what somebody else stopped it for stays as it is', async () => {
  for (const code of ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])
    await expect(readUntil(Object.assign(new Error(code), { code }))).rejects.toMatchObject({
      code: 'ssh_unreachable',
    });
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  await expect(readUntil(full)).rejects.toBe(full);
});
