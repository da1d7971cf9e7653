import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Core } from '../create-core.ts';
import { createEvents } from '../events.ts';
import { connectToEngine } from './socket-client.ts';
import { socketPathOf } from './socket-path.ts';
import { serveSocket, type SocketServer } from './socket-server.ts';

let folder: string;
let server: SocketServer;
let calls: unknown[];
const events = createEvents(() => undefined);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'room-sock-'));
  calls = [];
  const dispatcher = {
    dispatch: async (method: string, input: unknown, caller: unknown) => {
      calls.push([method, input, caller]);
      return { ok: true as const, value: { echo: input } };
    },
  };
  server = await serveSocket({
    core: { dispatcher, events } as unknown as Core,
    path: socketPathOf(folder, folder),
    workspaceId: 'ws_mine',
    role: 'resident',
    caller: { actor: 'cli', name: 'tester' },
    onHandover: null,
    makeLink: () => 'http://link',
  });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the socket is in a folder that only this user can enter, under a short name', () => {
  const path = socketPathOf(folder, folder);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  expect(Buffer.byteLength(socketPathOf(folder, join(folder, 'x'.repeat(120))))).toBeLessThan(100);
});

test('calls are answered, events told, links given; a resident is not handed over', async () => {
  const engine = await connectToEngine(socketPathOf(folder, folder), 'ws_mine', 2000);
  const told: unknown[] = [];
  engine.subscribe((event) => told.push(event));
  const [a, b] = await Promise.all([engine.call('x.y', { n: 1 }), engine.call('x.z', { n: 'line\nbreak 🤖' })]);
  expect([a, b]).toEqual([
    { ok: true, value: { echo: { n: 1 } } },
    { ok: true, value: { echo: { n: 'line\nbreak 🤖' } } },
  ]);
  events.emit({ name: 'room.changed', payload: {} });
  expect(await engine.requestLink()).toBe('http://link');
  expect(told).toEqual([{ name: 'room.changed', payload: {} }]);
  await expect(engine.requestHandover()).rejects.toMatchObject({ code: 'workspace_busy' });
  engine.close();
  await expect(engine.call('x.y', {})).rejects.toMatchObject({ code: 'engine_lost' });
});

test('a client that names another workspace, or none, is not served', async () => {
  await expect(connectToEngine(socketPathOf(folder, folder), 'ws_other', 2000)).rejects.toMatchObject({
    code: 'engine_lost',
  });
  const rude = connect(socketPathOf(folder, folder));
  rude.write('{"t":"call","id":1,"method":"runs.list","input":{}}\n');
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    rude.on('data', (bytes) => (text += bytes.toString()));
    rude.on('close', () => resolve(text));
  });
  expect(answer).toContain('refused');
  expect(calls).toEqual([]);
});

test('an engine that goes rejects what waits for it', async () => {
  const engine = await connectToEngine(socketPathOf(folder, folder), 'ws_mine', 2000);
  await server.close();
  await expect(engine.call('x.y', {})).rejects.toMatchObject({ code: 'engine_lost' });
  await expect(connectToEngine(socketPathOf(folder, folder), 'ws_mine', 2000)).rejects.toMatchObject({
    code: 'engine_lost',
  });
});
