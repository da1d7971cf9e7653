import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentSecurityPolicy } from '#shared/rules/content-security-policy.ts';
import { startRoom, type RoomProcess } from '../support/room-process.ts';

let room: RoomProcess;
let cookie: string;
let setCookie: string;

type Answer = {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
};

/** A request as this test wants it, hostile headers included: fetch would set its own. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(room.origin);
  return new Promise((resolve, reject) => {
    const it = request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    it.on('error', reject);
    it.end();
  });
}

/** Asks for a WebSocket by hand, as no browser would; the status of the answer. */
function upgrade(headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(room.origin);
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return new Promise((resolve, reject) => {
    const it = request({ hostname, port, path: '/ws', headers: { ...handshake, ...headers } });
    it.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode!);
    });
    it.on('response', (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    it.on('error', reject);
    it.end();
  });
}

const ours = (): Record<string, string> => ({ cookie, 'sec-fetch-site': 'same-origin' });

beforeAll(async () => {
  room = await startRoom({ demo: true });
  const { pathname, search } = new URL(room.url);
  const entered = await ask(pathname + search);
  setCookie = String(entered.headers['set-cookie']);
  cookie = setCookie.split(';')[0]!;
});
afterAll(() => room.stop());

test('the token becomes a cookie of this port that scripts and other sites can not use', () => {
  expect(setCookie).toMatch(
    new RegExp(`^room_${new URL(room.origin).port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
  );
});

test('the token leaves the address and works once', async () => {
  const { pathname, search } = new URL(room.url);
  const again = await ask(pathname + search);
  expect(again.status).toBe(401);
  expect(again.headers['set-cookie']).toBeUndefined();
});

test('every answer carries the policy, refusals too', async () => {
  for (const [path, headers] of [
    ['/', { cookie }],
    ['/media/nope', ours()],
    ['/', {}],
    ['/', { host: 'evil.example' }],
  ] as const) {
    const answer = await ask(path, headers);
    expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }
  expect(contentSecurityPolicy).not.toContain('unsafe');
});

test.each([
  ['another host name', { host: 'localhost:1' }],
  ['a same-site page', { 'sec-fetch-site': 'same-site' }],
  ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
  ['a foreign origin', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:8888' }],
])('%s is refused with the cookie in hand', async (_what, headers) => {
  for (const path of ['/runs', '/media/aaaaaaaaaaaaaaaaaaaaaaaaaa'])
    expect((await ask(path, { cookie, ...headers })).status).toBe(403);
});

test.each([
  '/..%2f..%2fpackage.json',
  '/%2e%2e/%2e%2e/package.json',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/assets/%00.js',
  '/assets/..\\..\\package.json',
  '//etc/passwd',
  '/media/..%2f..%2fetc%2fpasswd',
  '/media/%2Fetc%2Fpasswd',
])('the path %s leads nowhere', async (path) => {
  const answer = await ask(path, ours());
  expect(answer.body).not.toContain('blueprint-control-room');
  expect(answer.body).not.toContain('root:');
  expect([400, 403, 404]).toContain(answer.status);
});

test.each([
  ['a page on another port', { origin: 'http://127.0.0.1:8888' }],
  ['no origin at all', {}],
  ['a page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a rebound name', { host: 'evil.example' }],
])('a WebSocket of %s is refused with the cookie in hand', async (_what, headers) => {
  expect(await upgrade({ cookie, ...headers })).toBe(403);
});

test('a WebSocket of the room’s own page is opened', async () => {
  expect(await upgrade({ cookie, origin: room.origin })).toBe(101);
});

test('only GET and HEAD are answered', async () => {
  expect((await ask('/', ours(), 'POST')).status).toBe(405);
  expect((await ask('/', { cookie }, 'HEAD')).status).toBe(200);
});
