import { expect, test } from 'vitest';
import { parseUptime } from './probe.ts';

const stat = (startTicks: string): string =>
  `1 (my (odd) init) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 ${startTicks} 1000 200`;

test('the uptime is that of the container, not of its host', () => {
  expect(parseUptime(`5000.50 9000.10\n${stat('490000')}\n100\n`)).toBe(101);
});

test.each([
  '',
  'cat: /proc/uptime: No such file or directory\n',
  `5000.50 1\n${stat('x')}\n100\n`,
  `5000.50 1\n${stat('9900000')}\n100\n`,
])('what does not tell it is not known: %j', (text) => {
  expect(parseUptime(text)).toBeNull();
});
