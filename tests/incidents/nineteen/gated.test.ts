import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { planted } from '../../remote/checkout.ts';
import { readyMachine } from '../../remote/ready-machine.ts';
import { openTestCore } from '../../support/test-core.ts';
import { incident } from './incident.ts';
import { bySsh, refusalOf } from './old-way.ts';

type Ready = Awaited<ReturnType<typeof readyMachine>>;

const runAll = (it: Ready): ReturnType<typeof bySsh> =>
  bySsh(it.sshd, `cd ${it.checkout} && blueprint-validate --config ${it.config} --work-dir ${it.at('old')} run-all`);

incident('7', async () => {
  const it = await readyMachine();
  it.hub.set('nvidia/Cosmos-Guardrail1', 'gated');
  // Off, as they are by default, nobody needs it.
  expect((await it.room.call('remote.preflight', it.input)).rows.find((row) => row.id === 'gated-files')!.state).toBe(
    'passed',
  );
  it.put(it.config, it.configText.replace('disable_guardrails: true', 'disable_guardrails: false'));
  it.plan({ fetch: ['nvidia/Cosmos-Guardrail1/resolve/main/README.md'] });
  const ran = await runAll(it);
  expect(ran.output).toContain('s1_render completed');
  expect(ran.output).toContain('GatedRepoError');

  const held = await refusalOf(it.room.call('remote.launch', { ...it.input, overrides: it.overrides }));
  expect(held).toMatchObject({ code: 'held', details: { gates: expect.arrayContaining(['gated-files']) } });
  expect(held.message).toContain('nvidia/Cosmos-Guardrail1');
  expect(existsSync(it.workDir)).toBe(false);
  return {
    old: 'is refused the repository at stage 2, after the renders',
    room: 'holds the run when the guardrails are on, and asks nothing while they are off',
  };
});

incident('8', async () => {
  const it = await readyMachine();
  it.hub.set('nvidia/Cosmos-Predict2.5-2B', 'gated');
  it.plan({ fetch: ['nvidia/Cosmos-Predict2.5-2B/resolve/main/tokenizer.pth'] });
  const ran = await runAll(it);
  expect(ran.output).toContain('Cannot access gated repo');

  // Before there is a machine, with the token of this computer.
  const own = await openTestCore(it.at('mac'), {
    environment: { ...process.env, HF_ENDPOINT: it.hub.address, ROOM_HOME: it.at('mac-home') },
  });
  await own.call('secrets.set', { name: 'HF_TOKEN', value: planted });
  const before = await own.call('hub.check', {});
  await own.close();
  const refused = before.items.filter((item) => item.state !== 'accessible');
  expect(refused).toMatchObject([{ file: 'tokenizer.pth', state: 'licence_not_accepted' }]);

  const held = await refusalOf(it.room.call('remote.launch', { ...it.input, overrides: it.overrides }));
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '8', gates: ['gated-files'] } });
  return {
    old: 'finds out at stage 2',
    room: 'reads one byte of tokenizer.pth before a machine is rented, and again on it: licence not accepted',
  };
});
