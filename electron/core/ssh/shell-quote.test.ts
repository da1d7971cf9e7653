import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuote } from './shell-quote.ts';

test('a real shell gets the word back, whatever is in it', () => {
  const words = fc.sample(
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    200,
  );
  const nasty = ["'", "a'b", '$(touch x)', '`id`', '\\', '\n', '', '-n', '*', '~', '!!', '";rm -rf /;"'];
  const all = [...words, ...nasty];
  const out = execFileSync('sh', ['-c', `for w in ${all.map(shellQuote).join(' ')}; do printf '%s\\0' "$w"; done`]);
  expect(out.toString('utf8').split('\0').slice(0, -1)).toEqual(all);
});
