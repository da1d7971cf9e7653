import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { classifyShutdownCommand } from '#shared/rules/shutdown-command.ts';
import { temporaryFolder } from '../support/test-core.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const stubs = join(folder.path, 'bin');
const marks = join(folder.path, 'marks');
mkdirSync(stubs);
for (const name of ['vastai', 'poweroff'])
  writeFileSync(join(stubs, name), `#!/bin/sh\n: > '${marks}/${name}'\n`, { flag: 'wx' });
for (const name of ['sleep', 'tee']) writeFileSync(join(stubs, name), '#!/bin/sh\n');
writeFileSync(join(stubs, 'sudo'), '#!/bin/sh\n"$@"\n');
// Quotes, operators and comments as a shell takes them, with nothing to run but the stand-ins.
writeFileSync(join(stubs, 'sh'), '#!/bin/sh\nexec /bin/sh "$@"\n');
for (const name of ['vastai', 'poweroff', 'sleep', 'sudo', 'tee', 'sh']) chmodSync(join(stubs, name), 0o755);

/** What the text really calls, run by a real shell in an empty folder. */
function run(text: string): { readonly stops: boolean; readonly powersOff: boolean } {
  rmSync(marks, { recursive: true, force: true });
  mkdirSync(marks);
  spawnSync('/bin/sh', ['-c', text], { cwd: marks, env: { PATH: stubs }, stdio: 'ignore', timeout: 5000 });
  return { stops: existsSync(join(marks, 'vastai')), powersOff: existsSync(join(marks, 'poweroff')) };
}

const pieces = fc.oneof(
  fc.constantFrom("'", '"', '\\', '\n', '; ', ' && ', ' || ', ' | ', ' #', ' > x.log ', ' 2>&1 ', '! ', '$(', ')', '`'),
  fc.constantFrom('echo ', 'true ', 'false ', ': ', 'sh -c ', 'sudo ', 'exec ', 'exit 0', 'sleep 1', 'printf x '),
  fc.constantFrom('poweroff', 'vastai stop instance 1', 'vastai stop instance 1', '{ ', '; }', '( '),
);

test('a real shell agrees: no placeholder stops anything, and what is real does stop', () => {
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 9 }), (parts) => {
      const text = parts.join('');
      const { kind } = classifyShutdownCommand(text);
      if (kind === 'unknown') return;
      // A text that no shell takes runs nothing, whatever it seems to say.
      if (spawnSync('/bin/sh', ['-n', '-c', text], { stdio: 'ignore' }).status !== 0) return;
      const ran = run(text);
      if (kind === 'real') expect(ran.stops, text).toBe(true);
      if (kind === 'power_off_only') expect(ran, text).toMatchObject({ powersOff: true });
      if (kind === 'placeholder') expect(ran, text).toEqual({ stops: false, powersOff: false });
    }),
    { numRuns: 300 },
  );
});
