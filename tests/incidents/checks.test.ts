import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contract, isMethodName, type MethodOutput } from '#shared/contract/index.ts';
import { lintScript } from '#shared/rules/remote/script-lint.ts';
import { room } from '../support/command-line.ts';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';
import { cleanConfig, plantedFaults, withFault } from './configs.ts';
import { failures, quietLog } from './logs.ts';
import { oldAudit, oldMirror, oldPrepare, oldSync, safeScript } from './scripts.ts';

const folder = temporaryFolder();
const opened = await openTestCore(join(folder.path, 'workspace'));
afterAll(async () => {
  await opened.close();
  folder.remove();
});

const write = (name: string, text: string): string => {
  const path = join(folder.path, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};

test('nothing is found in a clean configuration', async () => {
  const path = write('clean.yaml', cleanConfig);
  const answer = await opened.call('configs.lint', { path });
  expect(answer.findings).toEqual([]);
  expect(answer.mayLaunch).toBe(true);
  expect(plantedFaults.length).toBeGreaterThanOrEqual(20);
});

test.each(plantedFaults)('a configuration with a fault: $name', async (fault) => {
  const text = withFault(fault);
  const { findings } = await opened.call('configs.lint', { text });
  const line = text.slice(0, text.indexOf(fault.at)).split('\n').length;
  expect(findings).toContainEqual(expect.objectContaining({ rule: fault.rule, incident: fault.incident, line }));
  // Nothing else is wrong with it, but for what the same fault causes.
  expect(new Set(findings.map((it) => it.rule)).size).toBeLessThanOrEqual(2);
  expect(JSON.stringify(findings)).not.toContain('hf_QzYv');
});

test('what is known of the launch beside the configuration counts', async () => {
  const rules = async (launch: object, text: string = cleanConfig): Promise<string[]> =>
    (await opened.call('configs.lint', { text, launch })).findings.map((it) => it.rule);
  expect(
    await rules({ ratePerHourUsd: 2.2, shutdownCommand: 'sh /root/.blueprint-lease/lease.sh request budget' }),
  ).toEqual([]);
  expect(await rules({ ratePerHourUsd: null })).toEqual(['cap-without-rate']);
  expect(await rules({ shutdownCommand: 'echo stopping' })).toEqual(['shutdown-placeholder']);
  expect(await rules({ hasWarmupCache: true })).toEqual(['warmup-cache']);
  expect(await rules({ isDryRun: true, hasResults: true })).toEqual(['dry-run-used']);
  const enforced = cleanConfig.replace('enforce_stage_success: false', 'enforce_stage_success: true');
  expect(await rules({ mode: 'resume' }, enforced)).toEqual(['resume-refused']);
  expect(await rules({ mode: 'fresh', hasResults: false }, enforced)).toEqual([]);
});

test.each([
  [
    'prepare',
    oldPrepare,
    [
      ['install-may-upgrade', '1', 5],
      ['install-may-upgrade', '1', 7],
    ],
  ],
  [
    'audit',
    oldAudit,
    [
      ['environment-reshaped', '2', 3],
      ['environment-reshaped', '2', 4],
    ],
  ],
  [
    'mirror',
    oldMirror,
    [
      ['export-in-substitution', '6', 7],
      ['delete-unguarded', 'B', 8],
    ],
  ],
  [
    'sync',
    oldSync,
    [
      ['host-key-off', 'host-key', 4],
      ['delete-unguarded', 'B', 4],
      ['errexit-suspended', 'A', 7],
      ['stop-not-read-back', 'D', 10],
      ['shutdown-placeholder', '13', 11],
    ],
  ],
] as const)('the old script: %s', (_, script, expected) => {
  const found = lintScript(script, 'x.sh').map((it) => [it.rule, it.incident, it.line]);
  for (const finding of expected) expect(found).toContainEqual(finding);
  const extra = found.filter((it) => !expected.some((each) => JSON.stringify(each) === JSON.stringify(it)));
  // The helper that installs whatever it is given can not be seen through.
  expect(extra.filter(([rule, , line]) => !(rule === 'install-may-upgrade' && line === 3))).toEqual([]);
});

test('the safe forms are none of it', () => {
  expect(lintScript(safeScript, 'x.sh')).toEqual([]);
});

test('installs that Python starts are seen, and a folder of scripts names its files', async () => {
  write('scripts/prepare.sh', oldPrepare);
  write(
    'scripts/helper.py',
    'import subprocess\nsubprocess.run([sys.executable, "-m", "pip", "install", "-U", "torch"])\n',
  );
  const { findings, files } = await opened.call('scripts.lint', { path: join(folder.path, 'scripts') });
  expect(files).toEqual(['helper.py', 'prepare.sh']);
  expect(findings).toContainEqual(expect.objectContaining({ file: 'helper.py', line: 2, incident: '1' }));
});

const secret = {
  hf: 'hf_QzYvTrWkLpNmBgHsDfJcXaEuRtYi',
  b2: 'K005Zq8Xw7Vt6Ur5Sp4No3Ml2Kj1Ih0',
  own: 'q7Zp2Lx9Vb4Nc8Md3Kf6',
};

function plantSecrets(): string {
  write(
    'tree/scripts/runtime_env.local',
    `export HF_TOKEN=${secret.hf}\nB2_APPLICATION_KEY="${secret.own}"\nENABLE_B2_SYNC=auto\n`,
  );
  write('tree/src/clean.py', 'TOKEN = os.environ["HF_TOKEN"]\nmax_tokens = 4096\napi_key_env: GOOGLE_GENAI_API_KEY\n');
  write('tree/notes.md', `the copy: ${secret.own}\n`);
  write('tree/scripts/old.sh', `#!/bin/sh\nexport B2_APPLICATION_KEY=${secret.b2}\n`);
  write('tree/.git/config', `token=${secret.hf}\n`);
  return join(folder.path, 'tree');
}

test('secrets are found where they must not be, and not where they belong', async () => {
  const path = plantSecrets();
  const answer = await opened.call('secrets.scan', { path });
  expect(answer.findings.map((it) => [it.file, it.line, it.rule])).toEqual([
    ['notes.md', 1, 'copy-of-excluded'],
    ['scripts/old.sh', 2, 'b2-application-key'],
  ]);
  expect(answer.excluded).toEqual(['scripts/runtime_env.local']);
  const without = await opened.call('secrets.scan', { path, exclude: ['notes.md', '*.sh'] });
  expect(without.findings).toEqual([]);
  expect(without.excluded).toContain('notes.md');
  for (const value of Object.values(secret)) expect(JSON.stringify(answer)).not.toContain(value);
});

test.each(failures)('incident $id is known again by its lines', async ({ id, lines }) => {
  const { items } = await opened.call('incidents.match', { text: [...quietLog, ...lines, ...quietLog].join('\n') });
  const match = items.find((it) => it.id === id);
  expect(match).toBeDefined();
  expect(match!.evidence[0]!.line).toBeGreaterThan(quietLog.length);
  expect(match!.evidence[0]!.line).toBeLessThanOrEqual(quietLog.length + lines.length);
});

test('a quiet log repeats no incident', async () => {
  expect((await opened.call('incidents.match', { text: quietLog.join('\n') })).items).toEqual([]);
});

test('a failure that is logged twice counts once, and its evidence holds no secret', async () => {
  const tail = `No module named 'natsort' token=${secret.hf}`;
  const path = write(
    'run/run_all.log',
    `Stage s2_enrich failed after 3.1s: ${tail}\nStage s2_enrich failed for kitchen: ${tail}\n`,
  );
  const { items } = await opened.call('incidents.match', { path });
  expect(items.find((it) => it.id === '5')).toMatchObject({ count: 1, evidence: [{ source: 'run_all.log', line: 1 }] });
  expect(JSON.stringify(items)).not.toContain(secret.hf);
});

test('an incident of one’s own is added from a line, known again with other numbers, and kept as markdown', async () => {
  await opened.call('incidents.add', {
    id: 'ecc',
    title: 'the card has memory errors',
    symptom: 'Xid 48 in the log.',
    cause: 'The card of that host is broken.',
    fix: 'Another host.',
    todo: 'Move to another host.',
    logLine: '2026-03-01 21:20:00,000 [ERROR] kernel: NVRM: Xid (PCI:0000:41:00): 48, pid=1234',
  });
  const { items } = await opened.call('incidents.match', { text: 'NVRM: Xid (PCI:0001:3f:00): 48, pid=9' });
  expect(items).toEqual([]);
  const again = await opened.call('incidents.match', { text: 'NVRM: Xid (PCI:0007:12:00): 48, pid=9' });
  expect(again.items.map((it) => it.id)).toEqual(['ecc']);
  await expect(
    opened.call('incidents.add', { id: '5', title: 'again', symptom: 'xxx', cause: 'xxx', fix: 'xxx', todo: 'xxx' }),
  ).rejects.toThrow('There is an incident 5 already');
  const { markdown } = await opened.call('incidents.exportMemory', {});
  expect(markdown).toContain('### 5) Natsort is missing');
  const path = write(
    'OPS_MEMORY.md',
    `${markdown}\n### 99) The disk of the host was full\n- Symptom:\n  - ENOSPC.\n- Root cause:\n  - Too small.\n- Permanent fix:\n  - Check first.\n`,
  );
  const imported = await opened.call('incidents.importMemory', { path });
  expect(imported.added.map((it) => it.title)).toEqual(['The disk of the host was full']);
  expect((await opened.call('incidents.list', { text: 'host was full' })).items).toHaveLength(1);
});

test('as a person calls it: lint, scan and match from the command line', async () => {
  const home = join(folder.path, 'home');
  const config = write('planted.yaml', withFault(plantedFaults[0]!));
  const lint = await room(['configs.lint', JSON.stringify({ path: config })], { home });
  expect((lint.value as MethodOutput<'configs.lint'>).findings).toMatchObject([
    { rule: 'prompt-fallback', incident: '10' },
  ]);
  const scan = await room(['secrets.scan', JSON.stringify({ path: plantSecrets() })], { home });
  expect(scan.code).toBe(0);
  for (const value of Object.values(secret)) expect(scan.stdout + scan.stderr).not.toContain(value);
  const log = write('run_all.log', [...quietLog, ...failures.flatMap((it) => it.lines)].join('\n'));
  const match = await room(['incidents.match', JSON.stringify({ path: log })], { home });
  const found = (match.value as MethodOutput<'incidents.match'>).items.map((it) => it.id);
  expect(found).toEqual(expect.arrayContaining(failures.map((it) => it.id)));
});

test('what proves a guard is a job of the room, each of the thirteen has one, and its newest good end is told', async () => {
  const { items } = await opened.call('incidents.list', {});
  for (const { provedBy } of items)
    for (const kind of provedBy) expect(isMethodName(kind) && contract[kind].kind, kind).toBe('job');
  for (const item of items.filter(({ kind }) => kind === 'incident' || kind === 'finding'))
    expect(item.provedBy.length, item.id).toBeGreaterThan(0);
  expect(items.find(({ id }) => id === '11')!.lastProof).toBeNull();
  await opened.call('orientation.check', { everything: 'new' });
  const after = (await opened.call('incidents.list', {})).items.find(({ id }) => id === '11')!;
  expect(after.lastProof).toMatchObject({ kind: 'orientation.check' });
});

test('a memory is taken in as text, and what it has already is not doubled', async () => {
  const { markdown } = await opened.call('incidents.exportMemory', {});
  expect(await opened.call('incidents.importMemory', { text: markdown })).toMatchObject({ added: [] });
});
