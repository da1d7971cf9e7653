import { expect, test } from 'vitest';
import { NotSent, SessionRefused, type Connection } from '../../ssh/connection.ts';
import { toBulk } from './bulk-connection.ts';

const connectionThat = (openChannel: Connection['openChannel']): Connection => ({
  endpoint: { kind: 'direct', host: 'a', port: 22 },
  shown: { keyType: 'ssh-ed25519', fingerprint: 'SHA256:x', publicKey: '' },
  verdict: 'known',
  isOpen: () => true,
  closed: new Promise(() => undefined),
  openChannel,
  ping: () => Promise.resolve(0),
  end: () => undefined,
});

test('a session that is asked for while the connection goes down is a lost connection, not a fault of ours', async () => {
  const bulk = toBulk(connectionThat(() => Promise.reject(new NotSent())));
  await expect(bulk.openChannel('true')).rejects.toMatchObject({ code: 'ssh_unreachable' });
});

test('a server that opens not even one session is said to be one', async () => {
  const bulk = toBulk(connectionThat(() => Promise.reject(new SessionRefused('administratively prohibited'))));
  await expect(bulk.openChannel('true')).rejects.toMatchObject({
    code: 'ssh_unreachable',
    message: expect.stringContaining('opens no session'),
  });
});
