import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../tests/support/test-core.ts';
import { makeFolder } from './make-folder.ts';

test('what is missing is made, for this user alone, and what is there is left', () => {
  const own = temporaryFolder();
  try {
    const folder = join(own.path, 'a', 'b', 'c');
    makeFolder(folder);
    makeFolder(folder);
    expect(statSync(join(own.path, 'a')).mode & 0o777).toBe(0o700);
    expect(existsSync(folder)).toBe(true);
  } finally {
    own.remove();
  }
});

test.skipIf(!existsSync('/proc/self'))(
  'where the system takes no folders it says so, and does not try for ever',
  () => {
    expect(() => makeFolder('/proc/no-such/workspace')).toThrow(/ENOENT/);
  },
);
