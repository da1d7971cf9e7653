import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { CallFrame } from '#shared/contract/wire.ts';
import { RoomError } from '#shared/errors.ts';
import type { Transport } from '../../renderer/client/transport.ts';
import { createWebSocketTransport, webSocketUrlOf } from '../../renderer/client/websocket-transport.ts';

let server: WebSocketServer;
let transport: Transport;
let handle: (frame: CallFrame, socket: ServerSocket) => void;

function listen(port: number): Promise<WebSocketServer> {
  const opened = new WebSocketServer({ port, host: '127.0.0.1' });
  opened.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => handle(JSON.parse(data.toString()) as CallFrame, socket));
  });
  return new Promise((resolve) => opened.once('listening', () => resolve(opened)));
}

function connectionBecomes(kind: 'open' | 'lost' | 'locked'): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (transport.connection().kind !== kind) return;
      stop();
      resolve();
    };
    const stop = transport.onConnection(check);
    check();
  });
}

beforeEach(async () => {
  handle = (frame, socket) =>
    socket.send(JSON.stringify({ t: 'answer', id: frame.id, envelope: { ok: true, value: frame.input } }));
  server = await listen(0);
  transport = createWebSocketTransport(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`);
});
afterEach(() => {
  transport.close();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

test('calls made before the connection is open wait for it, and answers find their calls in any order', async () => {
  const waiting: (() => void)[] = [];
  handle = (frame, socket) => {
    waiting.unshift(() =>
      socket.send(JSON.stringify({ t: 'answer', id: frame.id, envelope: { ok: true, value: frame.input } })),
    );
    if (waiting.length === 2) for (const answer of waiting) answer();
  };
  await expect(Promise.all([transport.call('a.b', 'first'), transport.call('a.b', 'second')])).resolves.toEqual([
    'first',
    'second',
  ]);
});

test('an error of the room arrives as RoomError with its code and hint', async () => {
  handle = (frame, socket) =>
    socket.send(
      JSON.stringify({
        t: 'answer',
        id: frame.id,
        envelope: { ok: false, error: { code: 'not_found', message: 'No run.', hint: 'Look.', details: null } },
      }),
    );
  const error = await transport.call('runs.get', {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RoomError);
  expect(error).toMatchObject({ code: 'not_found', hint: 'Look.' });
});

test('events reach the listeners; frames that are no frames are passed over', async () => {
  const event = new Promise((resolve) => transport.onEvent(resolve));
  handle = (_frame, socket) => {
    socket.send('not json');
    socket.send(JSON.stringify({ t: 'gossip' }));
    socket.send(JSON.stringify({ t: 'event', event: { name: 'no.such', payload: {} } }));
    socket.send(JSON.stringify({ t: 'event', event: { name: 'runs.changed', payload: { runIds: ['r'] } } }));
  };
  void transport.call('a.b', {}).catch(() => undefined);
  await expect(event).resolves.toEqual({ name: 'runs.changed', payload: { runIds: ['r'] } });
});

test('a connection that drops rejects what is pending with engine_lost and comes back by itself', async () => {
  const { port } = server.address() as AddressInfo;
  handle = (_frame, socket) => socket.terminate();
  await expect(transport.call('runs.list', {})).rejects.toMatchObject({ code: 'engine_lost' });
  for (const socket of server.clients) socket.terminate();
  const closed = once(server, 'close');
  server.close();
  await closed;
  await connectionBecomes('lost');
  await expect(transport.call('runs.list', {}), 'nobody waits in the dark').rejects.toMatchObject({
    code: 'engine_lost',
  });

  handle = (frame, socket) =>
    socket.send(JSON.stringify({ t: 'answer', id: frame.id, envelope: { ok: true, value: 1 } }));
  server = await listen(port);
  transport.retryNow();
  await connectionBecomes('open');
  await expect(transport.call('runs.list', {})).resolves.toBe(1);
});

test('a room that no longer knows the page is not asked again until a person asks', async () => {
  transport.close();
  const { port } = server.address() as AddressInfo;
  let isLocked = false;
  let asked = 0;
  transport = createWebSocketTransport(`ws://127.0.0.1:${port}/ws`, async () => {
    asked += 1;
    return isLocked;
  });
  await connectionBecomes('open');
  isLocked = true;
  for (const socket of server.clients) socket.terminate();
  await connectionBecomes('locked');
  let opened = 0;
  server.on('connection', () => (opened += 1));
  await expect(transport.call('runs.list', {})).rejects.toMatchObject({ code: 'engine_lost' });
  // Longer than the first pause between two tries: whatever was planned would have come.
  await new Promise((resolve) => {
    setTimeout(resolve, 400);
  });
  expect([opened, asked, transport.connection().kind]).toEqual([0, 1, 'locked']);
  transport.retryNow();
  await connectionBecomes('open');
  expect(opened).toBe(1);
});

test('the address follows the page', () => {
  expect(webSocketUrlOf({ protocol: 'http:', host: '127.0.0.1:4780' })).toBe('ws://127.0.0.1:4780/ws');
  expect(webSocketUrlOf({ protocol: 'https:', host: 'room' })).toBe('wss://room/ws');
});
