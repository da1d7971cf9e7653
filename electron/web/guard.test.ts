import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { checkRequest, checkUpgrade, readCookie } from './guard.ts';

const host = '127.0.0.1:4780';
const request = (headers: IncomingHttpHeaders): IncomingMessage => ({ headers }) as IncomingMessage;

test.each([
  ['the page from the address bar', { host, 'sec-fetch-site': 'none' }, true, true],
  ['the page from a program', { host }, true, true],
  ['a file asked for by the page', { host, 'sec-fetch-site': 'same-origin' }, false, true],
  ['a file from the address bar', { host, 'sec-fetch-site': 'none' }, false, false],
  ['a file without the header', { host }, false, false],
  ['a notebook on another port', { host, 'sec-fetch-site': 'same-site' }, false, false],
  ['a page linked from a notebook', { host, 'sec-fetch-site': 'same-site' }, true, false],
  ['a page linked from elsewhere', { host, 'sec-fetch-site': 'cross-site' }, true, false],
  ['a rebound name', { host: 'evil.example:4780', 'sec-fetch-site': 'same-origin' }, true, false],
  ['localhost by name', { host: 'localhost:4780', 'sec-fetch-site': 'none' }, true, false],
  ['another port in Host', { host: '127.0.0.1:4781', 'sec-fetch-site': 'same-origin' }, false, false],
  ['a foreign Origin', { host, origin: 'http://127.0.0.1:8888', 'sec-fetch-site': 'same-origin' }, false, false],
])('%s', (_what, headers, isPage, ok) => {
  expect(checkRequest(request(headers), { host, isPage }).ok).toBe(ok);
});

test.each([
  ['our page', { host, origin: `http://${host}` }, true],
  ['our page with the header', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, true],
  ['another port', { host, origin: 'http://127.0.0.1:8888' }, false],
  ['no Origin', { host }, false],
  ['the null origin', { host, origin: 'null' }, false],
  ['the name instead of the address', { host, origin: 'http://localhost:4780' }, false],
  ['a same-site frame', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-site' }, false],
])('a WebSocket from %s', (_what, headers, ok) => {
  expect(checkUpgrade(request(headers), { host }).ok).toBe(ok);
});

test('a cookie is read by its whole name', () => {
  const withCookies = request({ cookie: 'xroom_1=a; room_12=b; room_1=c=d' });
  expect(readCookie(withCookies, 'room_1')).toBe('c=d');
  expect(readCookie(withCookies, 'room_2')).toBeNull();
});
