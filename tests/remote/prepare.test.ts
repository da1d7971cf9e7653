import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkoutMachine, planted } from './checkout.ts';

const slow = 120_000;
const clean = 'version = "2.7.0"';

describe.skipIf(process.platform !== 'linux')('a preparation', () => {
  test(
    'runs after a lint of every script that it runs, with what it was given, and leaves the environment as it was',
    async () => {
      const it = await checkoutMachine();
      const room = await it.open();
      const file = it.at('new.yaml');
      writeFileSync(file, 'schema_version: v1\n');
      const input = { ...it.machine, checkout: it.checkout, script: 'scripts/prepare.sh' };
      const done = await room.call('remote.prepare', {
        ...input,
        variables: { ROOT_DIR: '/app' },
        uploads: [{ file, to: 'configs/kitchen.yaml' }],
      });
      expect(done).toMatchObject({
        step: { kind: 'prepare', exitCode: 0, outcome: { isGood: true } },
        linted: { scripts: ['scripts/prepare.sh'], findings: [] },
      });
      expect((await room.call('steps.log', { id: done.step.id })).text).toBe(`prepared in ${it.checkout} with /app\n`);
      expect(readFileSync(join(it.checkout, 'configs/kitchen.yaml'), 'utf8')).toBe('schema_version: v1\n');

      it.put('scripts/prepare.sh', '#!/bin/bash\nset -e\nbash "$(dirname "$0")/vendors.sh"\n');
      it.put('scripts/vendors.sh', 'python -m pip install -U piq\n');
      await expect(room.call('remote.prepare', input)).rejects.toMatchObject({
        code: 'held',
        message: expect.stringContaining('scripts/vendors.sh:1'),
        details: { incidentId: '1' },
      });
      expect(it.torch()).toBe(clean);
      expect((await room.call('steps.list', {})).items).toHaveLength(1);

      // Passed over by a person: it runs, and the environment tells what it did.
      await expect(room.call('remote.prepare', { ...input, override: ['install-may-upgrade'] })).rejects.toThrow(
        /It changed the environment: .*torch 2\.7\.0 → 2\.8\.0/,
      );
      await expect(room.call('remote.prepare', input)).rejects.toMatchObject({ code: 'held' });
    },
    slow,
  );
});

describe.skipIf(process.platform !== 'linux')('an audit', () => {
  test(
    'passes in the environment that is there, which it leaves as it was; what is missing is had aside',
    async () => {
      const it = await checkoutMachine();
      const room = await it.open();
      const done = await room.call('remote.audit', { ...it.machine, checkout: it.checkout, config: it.config });
      expect(done.rows.map((row) => [row.id, row.state])).toEqual([
        ['tests', 'passed'],
        ['lint', 'passed'],
        ['preflight', 'passed'],
        ['installs', 'passed'],
      ]);
      expect(done.scan).toMatchObject({ findingCount: 0, excluded: ['scripts/runtime_env.local'] });
      expect(done.environment).toMatch(/^[0-9a-f]{64}$/);
      expect((await room.call('environment.get', { instanceId: 'test' })).state).toBe('good');
    },
    slow,
  );

  test.each([
    ['pip by its name', 'import os\nos.system("pip install -U piq")\n'],
    ['pip by python -m', 'import os\nos.system("python -m pip install -U piq")\n'],
    ['pip by its absolute path', 'import os\nos.system(os.environ["ABSOLUTE"] + "/pip install -U piq")\n'],
    ['uv by its name', 'import os\nos.system("uv run pytest")\n'],
    ['uv by its absolute path', 'import os\nos.system(os.environ["ABSOLUTE"] + "/uv sync")\n'],
    ['apt by its name', 'import os\nos.system("apt-get install -y libfoo")\n'],
  ])(
    'whose project calls %s changes nothing, and names it',
    async (name, code) => {
      const it = await checkoutMachine();
      it.put('tests/test_bad.py', code);
      const room = await it.open();
      const audit = room.call('remote.audit', { ...it.machine, checkout: it.checkout });
      // By its path uv is no program that could be refused: it is told to stay offline, and does nothing.
      if (name === 'uv by its absolute path') await audit;
      else
        await expect(audit).rejects.toMatchObject({
          message: expect.stringContaining('installs: refused:'),
          details: { incidentId: '2' },
        });
      expect(it.torch()).toBe(clean);
      expect((await room.call('environment.get', { instanceId: 'test' })).state).toBe('good');
    },
    slow,
  );

  test(
    'that could not keep its project from changing the environment fails by the fingerprint',
    async () => {
      const it = await checkoutMachine();
      it.put('tests/test_bad.py', 'import os\nos.system(os.environ["ABSOLUTE"] + "/apt-get install -y libfoo")\n');
      const room = await it.open();
      await expect(room.call('remote.audit', { ...it.machine, checkout: it.checkout })).rejects.toThrow(
        /It changed the environment: apport absent → 2\.20/,
      );
    },
    slow,
  );

  test(
    'refuses uv run before anything starts, and finds a copy of what the excluded file holds',
    async () => {
      const it = await checkoutMachine();
      it.put('scripts/pre_gpu_audit.sh', '#!/bin/bash\nset -e\nuv run pytest -q\n');
      const room = await it.open();
      const input = { ...it.machine, checkout: it.checkout };
      await expect(room.call('remote.audit', { ...input, script: 'scripts/pre_gpu_audit.sh' })).rejects.toMatchObject({
        code: 'held',
        details: { incidentId: '2' },
      });
      expect((await room.call('steps.list', {})).items).toEqual([]);

      it.put('docs/notes.md', `The token is ${planted}.\n`);
      const told = await room.call('remote.audit', input).catch((thrown: unknown) => thrown);
      expect(told).toMatchObject({
        message: expect.stringContaining('docs/notes.md:1: A copy of a value of scripts/runtime_env.local.'),
      });
      expect(JSON.stringify(told)).not.toContain(planted);
    },
    slow,
  );
});
