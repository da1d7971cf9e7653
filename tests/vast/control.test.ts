import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { MachineTruth, SeenRequest } from '#core/demo/vast/control.ts';
import { simulated, type Simulated } from './simulated.ts';

type ControlReply = {
  readonly status: number;
  readonly id: number;
  readonly speed: number;
  readonly creditUsd: number;
  readonly faults: readonly unknown[];
  readonly machines: readonly [MachineTruth, ...MachineTruth[]];
  readonly requests: readonly SeenRequest[];
};

async function control({ url }: Simulated, method: string, path: string, body?: unknown): Promise<ControlReply> {
  const reply = await fetch(`${url}/__control${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { ...((await reply.json()) as ControlReply), status: reply.status };
}

test('everything behind the curtain can be done over HTTP', async () => {
  const room = await simulated();
  const added = await control(room, 'POST', '/instances', { label: 'by-http', status: 'stopped' });
  expect(await control(room, 'GET', '')).toMatchObject({
    success: true,
    speed: 1,
    creditUsd: 100,
    faults: [],
    machines: [{ id: added.id, label: 'by-http', actualStatus: 'exited' }],
  });
  expect((await control(room, 'PUT', '/faults', { name: 'revoked_key' })).faults).toEqual([{ name: 'revoked_key' }]);
  expect((await room.client.start(added.id)).status).toBe(404);
  expect((await control(room, 'DELETE', '/faults/revoked_key')).faults).toEqual([]);
  await room.client.start(added.id);
  const later = await control(room, 'PUT', '/clock', { speed: 60, advanceSeconds: 60 });
  expect([later.speed, later.machines[0].actualStatus]).toEqual([60, 'running']);
  expect((await control(room, 'PUT', '/credit', { usd: 3 })).creditUsd).toBe(3);
  expect((await control(room, 'PUT', `/instances/${added.id}`, { label: 'other' })).machines[0].label).toBe('other');
  const { requests } = await control(room, 'GET', '/requests');
  expect(requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['PUT 404', 'PUT 200']);
  await control(room, 'DELETE', '/requests');
  expect((await control(room, 'GET', '/requests')).requests).toEqual([]);
  expect((await control(room, 'DELETE', `/instances/${added.id}`)).machines).toEqual([]);
  expect((await control(room, 'POST', '/reset', { fleet: 'demo' })).machines).toHaveLength(5);
});

test.each([
  ['PUT', '/faults', { name: 'nonsense' }, 400],
  ['PUT', '/faults', { name: 'outbid', instanceId: 'one' }, 400],
  ['DELETE', '/faults/nonsense', undefined, 404],
  ['PUT', '/clock', { speed: 0 }, 400],
  ['DELETE', '/instances/404', undefined, 400],
  ['GET', '/nothing', undefined, 404],
])('%s %s %j is refused', async (method, path, body, status) => {
  const room = await simulated();
  expect(await control(room, method, path, body)).toMatchObject({ status, success: false, msg: expect.any(String) });
});

/** A server that says who it is, as an SSH server does first. */
async function banner(text: string): Promise<{ readonly host: string; readonly port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(text));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** What answers there; empty when nobody does. */
async function whoIsAt(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
}

test('SSH leads to the server that was given, while the machine runs, and elsewhere with a foreign proxy', async () => {
  const room = await simulated();
  const [direct, proxy, foreign] = [await banner('direct'), await banner('proxy'), await banner('foreign')];
  await room.control.addMachine({ id: 1, ssh: { direct, proxy, foreign } });
  const ports = async (): Promise<{ direct: number; proxy: number }> => {
    const { instances: row } = await room.client.showInstance(1);
    return { direct: Number(row.ports['22/tcp'][0].HostPort), proxy: row.ssh_port };
  };
  const first = await ports();
  expect(await whoIsAt(first.direct)).toBe('direct');
  expect(await whoIsAt(first.proxy)).toBe('proxy');
  room.control.setFault({ name: 'foreign_ssh_key' });
  expect(await whoIsAt(first.proxy)).toBe('foreign');
  expect(await whoIsAt(first.direct)).toBe('direct');
  room.control.clearFaults();

  await room.client.stop(1);
  room.control.advance(20);
  expect([await whoIsAt(first.direct), await whoIsAt(first.proxy)]).toEqual(['', '']);
  await room.client.start(1);
  room.control.advance(60);
  const second = await ports();
  expect(await whoIsAt(second.direct)).toBe('direct');
  expect(await whoIsAt(first.direct)).toBe('');

  room.control.changeMachine(1, { ssh: { proxyPortPlusOne: true } });
  expect((await ports()).proxy).toBe(first.proxy - 1);
});
