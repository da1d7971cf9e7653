import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttp } from './http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = createHttp(
    { address, isLoopback: true, isOwnAddress: false, source: 'live', speed: 1, readKey: async () => 'canary' },
    Date.now,
  );
  const get = (timeoutMs = 5000) =>
    http.request({ method: 'GET', path: '/api/v1/instances/', timeoutMs, what: 'Listing the machines' });
  return { address, seen, http, get };
}

test('the key goes in the header and nowhere else', async () => {
  const { seen, get } = await serve((_request, response) => response.end('{"success":true}'));
  await get();
  expect(seen[0]?.headers.authorization).toBe('Bearer canary');
  expect(seen[0]?.url).not.toContain('canary');
});

test('a redirect is not followed: the key stays here', async () => {
  const other = await serve((_request, response) => response.end('{}'));
  const { get } = await serve((_request, response) => response.writeHead(302, { location: `${other.address}/` }).end());
  await expect(get()).rejects.toMatchObject({ code: 'provider_refused' });
  expect(other.seen).toEqual([]);
});

test.each([
  ['an HTML page with status 200', 200, '<html>Sign in</html>', 'answer_not_understood'],
  ['a list instead of an object', 200, '[]', 'answer_not_understood'],
  ['nothing', 200, '', 'answer_not_understood'],
  ['a refusal with status 200', 200, '{"success":false,"error":"invalid_args","msg":"no"}', 'provider_refused'],
  ['plain text', 429, 'API requests too frequent', 'rate_limited'],
  ['HTML of a gateway', 502, '<h1>Bad gateway</h1>', 'provider_unreachable'],
])('%s is an error in words', async (_what, status, body, code) => {
  const { get } = await serve((_request, response) => response.writeHead(status).end(body));
  await expect(get()).rejects.toMatchObject({ code });
});

test('an answer that echoes the key is told without it', async () => {
  const { get } = await serve((request, response) =>
    response.writeHead(400).end(JSON.stringify({ msg: `bad ${request.headers.authorization ?? ''}` })),
  );
  await expect(get()).rejects.toThrow(/^(?!.*canary).*bad Bearer \[redacted\]/s);
});

test('an answer that never comes, never ends or is too large is given up', async () => {
  const silent = await serve(() => undefined);
  await expect(silent.get(100)).rejects.toMatchObject({ code: 'provider_unreachable' });
  const slow = await serve((_request, response) => response.write('{'));
  await expect(slow.get(300)).rejects.toMatchObject({ code: 'provider_unreachable' });
  const large = await serve((_request, response) => {
    const piece = Buffer.alloc(1024 * 1024, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  });
  await expect(large.get()).rejects.toMatchObject({ code: 'answer_not_understood' });
});

test('a result is fetched without the key, from https or this computer only, and is capped', async () => {
  const { address, seen, http } = await serve((request, response) => {
    if (request.url === '/late') response.writeHead(404).end();
    else response.end('the log');
  });
  expect(await http.fetchResult(`${address}/log`)).toBe('the log');
  expect(await http.fetchResult(`${address}/late`)).toBeNull();
  expect(seen.map((request) => request.headers.authorization)).toEqual([undefined, undefined]);
  for (const url of ['http://198.51.100.1/log', 'file:///etc/passwd', 'not an address'])
    await expect(http.fetchResult(url)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('the clock of the provider is compared with ours', async () => {
  const { http, get } = await serve((_request, response) => {
    response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
    response.end('{}');
  });
  expect(http.clockSkewMs()).toBeNull();
  await get();
  expect(Math.abs(http.clockSkewMs()! - 3_600_000)).toBeLessThan(5000);
});
