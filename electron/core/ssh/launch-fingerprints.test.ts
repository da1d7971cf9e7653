import { expect, test } from 'vitest';
import { fingerprintsIn } from './launch-fingerprints.ts';

const print = `SHA256:${'x'.repeat(43)}`;

test('the lease daemon’s lines count, each fingerprint once', () => {
  const log = `boot\nblueprint-lease 12 host-key 256 ${print} root@c (ED25519)\nblueprint-lease 99 host-key 256 ${print} root@c (ED25519)\n`;
  expect(fingerprintsIn(log)).toEqual([print]);
});

test.each([
  `somebody said: blueprint-lease 12 host-key 256 ${print} root (ED25519)`,
  `blueprint-lease 12 host-key 256 ${print}`,
  `blueprint-lease 12 host-key 256 SHA256:short root (ED25519)`,
  `host-key 256 ${print} root (ED25519)`,
])('what only looks like one does not count: %s', (line) => {
  expect(fingerprintsIn(line)).toEqual([]);
});
