import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import { filesBelow, startMachine } from './machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown: unknown) => (thrown instanceof RoomError ? thrown.code : String(thrown)),
  );

test('the first pull brings everything, verified, read-only, and current points to it', async () => {
  const machine = await startMachine();
  const { root } = machine;
  mkdirSync(join(root, 'kitchen/renders'), { recursive: true });
  mkdirSync(join(root, 'empty'));
  writeFileSync(join(root, 'pipeline_summary.json'), '{}');
  writeFileSync(join(root, 'kitchen/renders/clip_000.mp4'), Buffer.alloc(50_000, 7));
  writeFileSync(join(root, 'zero'), '');
  symlinkSync('/models/checkpoints/iter_10', join(root, 'adapted_checkpoint'));
  utimesSync(join(root, 'zero'), 1_700_000_000.5, 1_700_000_000.5);

  const snapshot = await machine.pull();
  expect(snapshot).toMatchObject({
    verified: true,
    state: 'verified',
    outcome: 'taken',
    fileCount: 3,
    totalBytes: 50_002,
  });
  expect(machine.current()).toBe(snapshot.tag);
  const here = join(snapshot.path, 'work_dir');
  expect(filesBelow(here)).toEqual([
    'adapted_checkpoint',
    'kitchen/renders/clip_000.mp4',
    'pipeline_summary.json',
    'zero',
  ]);
  expect(readlinkSync(join(here, 'adapted_checkpoint'))).toBe('/models/checkpoints/iter_10');
  expect(statSync(join(here, 'empty')).isDirectory()).toBe(true);
  expect(statSync(join(here, 'zero')).mtimeMs).toBe(1_700_000_000_500);
  expect(statSync(join(here, 'zero')).mode & 0o222).toBe(0);
  expect(statSync(here).mode & 0o222).toBe(0);
  const old = readFileSync(join(snapshot.path, 'sync_manifest.txt'), 'utf8');
  expect(old).toContain(`remote_work_dir=${root}\n`);
  expect(old).toContain('mode=pull\n');
});

test('nothing changed: no new snapshot, and it is said that it was looked at', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.txt'), 'a');
  const first = await machine.pull();
  const second = await machine.pull();
  expect(second).toMatchObject({ id: first.id, outcome: 'unchanged', transferredBytes: 0 });
  expect(second.unchangedAt).not.toBeNull();
  const { items, machines } = await machine.opened.call('snapshots.list', {});
  expect(items).toHaveLength(1);
  expect(machines[0]).toMatchObject({ instanceId: 'test', failuresInRow: 0, freshness: { state: 'fresh' } });
});

test('only what changed is sent; the rest is linked, and an older snapshot never changes', async () => {
  const machine = await startMachine();
  const { root } = machine;
  writeFileSync(join(root, 'same.bin'), Buffer.alloc(300_000, 1));
  writeFileSync(join(root, 'changing.txt'), 'one');
  const first = await machine.pull();
  writeFileSync(join(root, 'changing.txt'), 'two and more');
  const second = await machine.pull();
  expect(second.transferredBytes).toBe(12);
  expect(statSync(join(first.path, 'work_dir/same.bin')).ino).toBe(
    statSync(join(second.path, 'work_dir/same.bin')).ino,
  );
  expect(readFileSync(join(first.path, 'work_dir/changing.txt'), 'utf8')).toBe('one');
  expect(readFileSync(join(second.path, 'work_dir/changing.txt'), 'utf8')).toBe('two and more');
});

test('the same content under a new time or a new name is recognised and not sent', async () => {
  const machine = await startMachine();
  const { root } = machine;
  mkdirSync(join(root, 'loop'));
  writeFileSync(join(root, 'loop/weights.distcp'), Buffer.alloc(3_000_000, 5));
  writeFileSync(join(root, 'note.txt'), 'n');
  const first = await machine.pull();
  utimesSync(join(root, 'loop/weights.distcp'), 1_800_000_000, 1_800_000_000);
  const touched = await machine.pull();
  expect(touched).toMatchObject({ outcome: 'taken', transferredBytes: 0 });
  const moved = join(root, 'loop_prev');
  renameSync(join(root, 'loop'), moved);
  const renamed = await machine.pull();
  expect(renamed).toMatchObject({ outcome: 'taken', transferredBytes: 0, verified: true });
  expect(machine.currentFiles()).toEqual(['loop_prev/weights.distcp', 'note.txt']);
  expect(lstatSync(join(first.path, 'work_dir/loop/weights.distcp')).size).toBe(3_000_000);
});

test('names with every byte that a name may have arrive, and none is read by a shell', async () => {
  const machine = await startMachine();
  const { root } = machine;
  const names = [
    '-rf',
    '--help',
    'a b',
    "it's",
    '"q"',
    'new\nline',
    '$(touch x)',
    '`id`',
    '*',
    '\\',
    'README',
    'readme',
  ];
  for (const name of names) writeFileSync(join(root, name), name);
  const odd = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9, 0x01, 0xff])]);
  writeFileSync(odd, 'latin');
  writeFileSync(join(root, 'cafe\u0301'), 'nfd');
  writeFileSync(join(root, 'caf\u00E9'), 'nfc');
  const snapshot = await machine.pull();
  expect(snapshot).toMatchObject({ fileCount: names.length + 3, skippedCount: 0, verified: true });
  const folder = join(snapshot.path, 'work_dir');
  for (const row of machine.manifest().files) {
    if (row.kind !== 'file') continue;
    const name = row.remotePath.slice(root.length + 1);
    const content = readFileSync(join(snapshot.path, row.path), 'utf8');
    if (names.includes(name)) expect(content).toBe(name);
  }
  expect(filesBelow(folder)).toEqual(expect.arrayContaining(['README', '%72eadme', 'caf%E9\u0001%FF']));
  expect((await machine.pull()).outcome).toBe('unchanged');
});

test('a dead port, a missing root and a changed host key fail, and current stays', async () => {
  const machine = await startMachine();
  const { root, sshd } = machine;
  writeFileSync(join(root, 'a.txt'), 'a');
  const { tag } = await machine.pull();
  const dead = { host: sshd.host, port: 1, user: sshd.user, keyFile: sshd.keyFile };
  expect(await codeOf(machine.pull({ target: dead }))).toBe('ssh_unreachable');
  rmSync(root, { recursive: true });
  expect(await codeOf(machine.pull())).toBe('path_missing');
  mkdirSync(root);
  writeFileSync(join(root, 'a.txt'), 'a');
  await sshd.changeHostKey();
  expect(await codeOf(machine.pull())).toBe('host_key_changed');
  expect(machine.current()).toBe(tag);
  const { machines } = await machine.opened.call('snapshots.list', {});
  expect(machines[0]).toMatchObject({ failuresInRow: 3, freshness: { state: 'failing' } });
});

test('a first contact is refused unless it was said that its key may be taken', async () => {
  const machine = await startMachine();
  expect(await codeOf(machine.pull({ acceptNewHostKey: false }))).toBe('host_key_unknown');
  expect(machine.current()).toBeNull();
});

test('an emptied, a halved and another root are held; what was there is kept, and comes back without being sent', async () => {
  const machine = await startMachine();
  const { root } = machine;
  const fill = (): void => {
    for (let i = 0; i < 10; i++) writeFileSync(join(root, `clip_${i}.mp4`), Buffer.alloc(100_000, i));
  };
  fill();
  const first = await machine.pull();
  for (let i = 0; i < 10; i++) rmSync(join(root, `clip_${i}.mp4`));
  expect(await codeOf(machine.pull())).toBe('held');
  expect(machine.current()).toBe(first.tag);
  for (let i = 0; i < 5; i++) writeFileSync(join(root, `clip_${i}.mp4`), Buffer.alloc(100_000, i));
  expect(await codeOf(machine.pull())).toBe('held');
  for (let i = 0; i < 5; i++) rmSync(join(root, `clip_${i}.mp4`));
  for (let i = 0; i < 12; i++) writeFileSync(join(root, `other_${i}.txt`), String(i));
  expect(await codeOf(machine.pull())).toBe('held');
  expect(await codeOf(machine.pull())).toBe('held');
  expect(machine.current()).toBe(first.tag);
  expect(machine.currentFiles()).toHaveLength(10);
  const { items } = await machine.opened.call('snapshots.list', {});
  expect(items.filter((item) => item.state === 'held')).toHaveLength(3);
  for (let i = 0; i < 12; i++) rmSync(join(root, `other_${i}.txt`));
  fill();
  const back = await machine.pull();
  expect(back).toMatchObject({ outcome: 'taken', verified: true, transferredBytes: 0, fileCount: 10 });
  expect(machine.current()).toBe(back.tag);
});

test('a held snapshot stands once its machine is typed; older ones keep what is gone', async () => {
  const machine = await startMachine();
  const { root, opened } = machine;
  writeFileSync(join(root, 's1_render_result.json'), '{}');
  for (let i = 0; i < 10; i++) writeFileSync(join(root, `clip_${i}.mp4`), String(i));
  const first = await machine.pull();
  rmSync(join(root, 's1_render_result.json'));
  expect(await codeOf(machine.pull())).toBe('held');
  const held = (await opened.call('snapshots.list', {})).items.find((item) => item.state === 'held')!;
  expect(await codeOf(opened.call('snapshots.accept', { id: held.id }))).toBe('invalid_input');
  const accepted = await opened.call('snapshots.accept', { id: held.id, confirm: 'test' });
  expect(accepted).toMatchObject({ state: 'verified', isCurrent: true });
  expect(machine.current()).toBe(held.tag);
  expect((await machine.pull()).outcome).toBe('unchanged');
  expect(filesBelow(join(first.path, 'work_dir'))).toContain('s1_render_result.json');
  expect(await codeOf(opened.call('snapshots.accept', { id: held.id, confirm: 'test' }))).toBe('conflict');
});

test('a rejected clip is only listed as removed', async () => {
  const machine = await startMachine();
  for (let i = 0; i < 10; i++) writeFileSync(join(machine.root, `clip_${i}.mp4`), String(i));
  await machine.pull();
  rmSync(join(machine.root, 'clip_3.mp4'));
  const next = await machine.pull();
  expect(next).toMatchObject({ outcome: 'taken', removedCount: 1 });
  expect((await machine.opened.call('snapshots.get', { id: next.id })).removed).toEqual([
    join(machine.root, 'clip_3.mp4'),
  ]);
});

test('a snapshot that was damaged at rest is found, named, and no longer called verified', async () => {
  const machine = await startMachine();
  writeFileSync(join(machine.root, 'a.txt'), 'aaaa');
  const snapshot = await machine.pull();
  expect(await machine.opened.call('snapshots.verify', { id: snapshot.id })).toMatchObject({
    checkedFiles: 1,
    verified: true,
  });
  expect(await machine.opened.call('snapshots.files', { id: snapshot.id, text: 'A.T' })).toMatchObject({
    items: [{ path: 'work_dir/a.txt', sizeBytes: 4, origin: 'pulled' }],
    matchCount: 1,
  });
  expect(await machine.opened.call('snapshots.files', { id: snapshot.id, text: 'none' })).toEqual({
    items: [],
    matchCount: 0,
  });
  const file = join(snapshot.path, 'work_dir/a.txt');
  chmodSync(file, 0o644);
  writeFileSync(file, 'aaab');
  expect(await codeOf(machine.opened.call('snapshots.verify', { id: snapshot.id }))).toBe('file_damaged');
  const { items } = await machine.opened.call('snapshots.list', {});
  expect(items[0]).toMatchObject({
    state: 'unverified',
    verified: false,
    damage: { fileCount: 1, first: { path: 'work_dir/a.txt' } },
  });
  expect(items[0]!.verifiedAt, 'when it was good last is kept').not.toBeNull();
  const { machines } = await machine.opened.call('snapshots.list', {});
  expect(machines[0]!.freshness).toMatchObject({
    state: 'failing',
    because: expect.stringContaining('damaged') as string,
  });

  writeFileSync(file, 'aaaa');
  expect(await machine.opened.call('snapshots.verify', { id: snapshot.id })).toMatchObject({
    verified: true,
    state: 'verified',
    damage: null,
  });
});
