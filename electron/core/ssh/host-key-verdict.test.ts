import { expect, test } from 'vitest';
import { judgeHostKey } from './host-key-verdict.ts';

const key = (route: 'direct' | 'proxy', fingerprint: string) => ({ route, fingerprint, keyType: 'ssh-ed25519' });

test.each([
  ['nothing is pinned', [], [], 'unknown'],
  ['pinned for this route', [key('direct', 'A')], [], 'known'],
  ['another one is pinned for this route', [key('direct', 'B')], [], 'changed'],
  ['pinned for the other route', [key('proxy', 'A')], [], 'same_machine'],
  ['another one is pinned for the other route', [key('proxy', 'B')], [], 'changed'],
  ['this route decides', [key('direct', 'B'), key('proxy', 'A')], [], 'changed'],
  ['revoked, although pinned', [key('direct', 'A')], ['A'], 'revoked'],
] as const)('%s', (_what, pinned, revoked, verdict) => {
  expect(judgeHostKey({ pinned, revoked }, 'direct', 'A')).toBe(verdict);
});
