import { expect, test } from 'vitest';
import { explainAnswer, isTransient, saysGone } from './api-error.ts';

const explain = (status: number, error: string | null, message = '') =>
  explainAnswer({ status, error, message }, 'Reading machine 1');

test.each([
  [401, null, '', 'key_refused'],
  [403, 'auth_error', 'This action requires login.', 'key_refused'],
  [403, 'not_authorized', '', 'key_refused'],
  [404, 'auth_error', 'Invalid user key', 'key_refused'],
  [404, null, 'Invalid user key', 'key_refused'],
  [404, null, 'Session expired. Please log in again.', 'key_refused'],
  [404, 'no_such_instance', '', 'not_found'],
  [404, 'invalid_args', 'error 404/3603: no_such_ask  Instance type by id 1 is not available.', 'not_found'],
  [410, 'no_such_ask', '', 'not_found'],
  [404, null, '', 'provider_refused'],
  [404, null, '404 page not found', 'provider_refused'],
  [404, 'something_new', '', 'provider_refused'],
  [410, 'deprecated_endpoint', '', 'provider_refused'],
  [429, null, 'API requests too frequent endpoint threshold=2.0', 'rate_limited'],
  [200, 'rate_limit_exceeded', '', 'rate_limited'],
  [500, null, '', 'provider_unreachable'],
  [503, null, 'Service Unavailable', 'provider_unreachable'],
  [200, 'invalid_args', 'no', 'provider_refused'],
  [400, 'missing_billing', 'add a card', 'provider_refused'],
] as const)('%d %s %j is %s', (status, error, message, code) => {
  const explained = explain(status, error, message);
  expect(explained.code).toBe(code);
  if (message !== '') expect(explained.message).toContain(message);
});

test('only "no such machine" says gone: no other 404, no vanished offer', () => {
  expect(saysGone(explain(404, 'no_such_instance'))).toBe(true);
  for (const other of [
    explain(404, 'auth_error', 'Invalid user key'),
    explain(404, null),
    explain(404, null, 'Session expired'),
    explain(410, 'no_such_ask'),
    explain(410, 'deprecated_endpoint'),
    explain(200, 'no_such_instance'),
    new Error('gone'),
  ])
    expect(saysGone(other)).toBe(false);
});

test('what may be tried again: too often, a gateway, no connection; never a refusal', () => {
  expect([429, 502, 503, 504].every((status) => isTransient(explain(status, null)))).toBe(true);
  expect([500, 400, 401, 403, 404, 410].some((status) => isTransient(explain(status, null)))).toBe(false);
});
