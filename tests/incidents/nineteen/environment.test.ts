import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { checkoutMachine, planted } from '../../remote/checkout.ts';
import { readyMachine } from '../../remote/ready-machine.ts';
import { incident } from './incident.ts';
import { bySsh, refusalOf } from './old-way.ts';

const fallback = '#!/bin/bash\nset -e\npython -c "import piq" 2>/dev/null || pip install -U piq\n';

incident('1', async () => {
  const old = await checkoutMachine();
  old.put('scripts/prepare.sh', fallback);
  const ran = await bySsh(old.sshd, `cd ${old.checkout} && bash scripts/prepare.sh`);
  expect(ran.code).toBe(0);
  const broken = await bySsh(old.sshd, 'python -c "import transformer_engine.pytorch"');
  expect(broken.output).toContain('undefined symbol');

  const it = await checkoutMachine();
  it.put('scripts/prepare.sh', fallback);
  const room = await it.open();
  const input = { ...it.machine, checkout: it.checkout, script: 'scripts/prepare.sh' };
  const held = await refusalOf(room.call('remote.prepare', input));
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '1' } });
  expect(it.torch()).toContain('2.7.0');
  const drift = await refusalOf(room.call('remote.prepare', { ...input, override: ['install-may-upgrade'] }));
  expect(drift.message).toContain('torch 2.7.0 → 2.8.0');
  const next = await refusalOf(room.call('steps.run', it.input({ title: 'Next', script: 'true' })));
  expect(next.code).toBe('held');
  return {
    old: `exits ${ran.code}, and transformer_engine no longer imports`,
    room: 'holds the script at its line; passed over, the step fails by the drift and the next one is held',
  };
});

incident('2', async () => {
  const it = await checkoutMachine();
  it.put('scripts/pre_gpu_audit.sh', '#!/bin/bash\nset -e\nuv run pytest -q\n');
  const room = await it.open();
  const input = { ...it.machine, checkout: it.checkout };
  const held = await refusalOf(room.call('remote.audit', { ...input, script: 'scripts/pre_gpu_audit.sh' }));
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '2' } });
  it.put('tests/test_bad.py', 'import os\nos.system("uv run pytest")\n');
  const named = await refusalOf(room.call('remote.audit', input));
  expect(named).toMatchObject({ details: { incidentId: '2' } });
  expect(it.torch()).toContain('2.7.0');
  expect((await room.call('environment.get', { instanceId: 'test' })).state).toBe('good');

  it.put('tests/test_bad.py', '');
  const ran = await bySsh(it.sshd, `cd ${it.checkout} && bash scripts/pre_gpu_audit.sh`);
  expect(ran.code).toBe(0);
  expect(it.torch()).toContain('2.8.0');
  return {
    old: `exits ${ran.code}, with Torch 2.8.0 in place of 2.7.0`,
    room: 'refuses uv run, in its script and from the project; the fingerprint is the same',
  };
});

incident('3', async () => {
  const it = await checkoutMachine();
  const scan = `! grep -rEn 'hf_[A-Za-z0-9]{20,}' ${it.checkout}`;
  const ran = await bySsh(it.sshd, scan);
  expect(ran.code).not.toBe(0);
  expect(ran.output).toContain('runtime_env.local');

  const room = await it.open();
  const input = { ...it.machine, checkout: it.checkout };
  const { scan: clean } = await room.call('remote.audit', input);
  expect(clean).toMatchObject({ findingCount: 0, excluded: ['scripts/runtime_env.local'] });
  it.put('docs/notes.md', `token: ${planted}\n`);
  const found = await refusalOf(room.call('remote.audit', input));
  expect(found.message).toContain('docs/notes.md:1');
  expect(JSON.stringify(found)).not.toContain(planted);
  return {
    old: `fails each audit on scripts/runtime_env.local (exit ${ran.code})`,
    room: 'leaves it out by name, and finds a copy of its value in docs/notes.md, masked',
  };
});

incident('5', async () => {
  const it = await readyMachine();
  it.removePackage('natsort', '8.4.0');
  const ran = await bySsh(
    it.sshd,
    `cd ${it.checkout} && blueprint-validate --config ${it.config} --work-dir ${it.at('old')} run-all`,
  );
  expect(ran.output).toContain('s1_render completed');
  expect(ran.output).toContain("No module named 'natsort'");

  const held = await refusalOf(it.room.call('remote.launch', { ...it.input, overrides: it.overrides }));
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '5', gates: ['imports', 'dep:natsort'] } });
  expect(existsSync(it.workDir)).toBe(false);
  return { old: 'fails at stage 2, after the renders', room: 'holds the run before it starts: natsort by name' };
});
