import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { askKnownHosts, parseKnownHosts } from './known-hosts.ts';
import { shownKeyOf } from './shown-key.ts';

const blob = (letter: string): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.alloc(32, letter),
  ]);
const line = (letter: string): string => `ssh-ed25519 ${blob(letter).toString('base64')}`;
const fingerprint = (letter: string): string => shownKeyOf(blob(letter)).fingerprint;
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 's');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};
const ask = (text: string, letter: string, host: string, port = 22): string =>
  askKnownHosts(parseKnownHosts(text), { host, port }, fingerprint(letter));

test.each([
  ['plain name', `a.example ${line('k')}`, 'a.example', 22, 'match'],
  ['names are not case-sensitive', `A.Example ${line('k')}`, 'a.EXAMPLE', 22, 'match'],
  ['list of names', `x,a.example,y ${line('k')}`, 'a.example', 22, 'match'],
  ['port', `[1.2.3.4]:2222 ${line('k')}`, '1.2.3.4', 2222, 'match'],
  ['an entry without a port is for 22 alone', `1.2.3.4 ${line('k')}`, '1.2.3.4', 2222, 'absent'],
  ['hashed', `${hashed('[1.2.3.4]:2222')} ${line('k')} me`, '1.2.3.4', 2222, 'match'],
  ['hashed, another host', `${hashed('[1.2.3.5]:2222')} ${line('k')}`, '1.2.3.4', 2222, 'absent'],
  ['wildcards', `*.exam?le ${line('k')}`, 'a.b.example', 22, 'match'],
  ['negation', `*.example,!bad.example ${line('k')}`, 'bad.example', 22, 'absent'],
  ['another key', `a.example ${line('o')}`, 'a.example', 22, 'other'],
  ['one of two keys', `a.example ${line('o')}\na.example ${line('k')}`, 'a.example', 22, 'match'],
  ['revoked', `@revoked * ${line('k')}\na.example ${line('k')}`, 'a.example', 22, 'revoked'],
  ['another key is revoked', `@revoked * ${line('o')}\na.example ${line('k')}`, 'a.example', 22, 'match'],
  ['authorities are passed over', `@cert-authority * ${line('k')}`, 'a.example', 22, 'absent'],
  [
    'comments, blank and torn lines',
    `# ${line('k')}\n\na.example\na.example ssh-rsa AAAA\r\n`,
    'a.example',
    22,
    'absent',
  ],
  [
    'a key of another type than it says',
    `a.example ssh-rsa ${blob('k').toString('base64')}`,
    'a.example',
    22,
    'absent',
  ],
])('%s', (_what, text, host, port, answer) => {
  expect(ask(text, 'k', host, port)).toBe(answer);
});

test('a pattern of many stars is walked, not guessed', () => {
  const pattern = `${'*a'.repeat(2000)}b`;
  expect(ask(`${pattern} ${line('k')}`, 'k', 'a'.repeat(5000))).toBe('absent');
});
