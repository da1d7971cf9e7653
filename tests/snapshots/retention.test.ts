import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { MethodOutput } from '#shared/contract/index.ts';
import { startTestBucket } from '../support/b2/bucket.ts';
import { copyFolder, demoRuns, temporaryFolder } from '../support/test-core.ts';
import { startMachine, type PulledMachine } from './machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

const minute = 60_000;
const day = 24 * 60 * minute;

/** A machine whose room has a clock that the test moves, and a bucket when it is to have one. */
async function startAged(environment: Readonly<Record<string, string>> = {}) {
  let nowMs = Date.UTC(2026, 2, 1, 10);
  const own = temporaryFolder();
  onTestFinished(() => own.remove());
  // The machine's clock goes with the room's: where they do not agree nothing goes by itself.
  const setClock = (ms: number): void => writeFileSync(join(own.path, 'now'), `${ms / 1000}`);
  writeFileSync(join(own.path, 'date'), `#!/bin/sh\ncat '${own.path}/now'\n`, { mode: 0o755 });
  setClock(nowMs);
  const machine = await startMachine(
    { config: [`SetEnv PATH=${own.path}:/usr/local/bin:/usr/bin:/bin`] },
    {
      clock: { now: () => nowMs },
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment },
    },
  );
  const pullAt = async (afterMs: number, files: Readonly<Record<string, string>> = {}) => {
    nowMs += afterMs;
    setClock(nowMs);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(machine.root, name), content);
    return machine.pull();
  };
  return { machine, setClock, pullAt, pass: (ms: number) => (nowMs += ms) };
}

const tagsOf = (machine: PulledMachine): string[] =>
  readdirSync(machine.room)
    .filter((name) => /^\d{8}T/.test(name))
    .toSorted();
const going = (plan: MethodOutput<'snapshots.retention'>): string[] =>
  plan.items.filter((item) => item.decision === 'remove').map((item) => item.tag);
const reasons = (plan: MethodOutput<'snapshots.retention'>): string[] => plan.items.map((item) => item.because);

test('after a pull the old ones that the mirror holds go by themselves, and take nothing that others link to', async () => {
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const { machine, pullAt } = await startAged(bucket.environment);
  const call: typeof machine.opened.call = (...given) => machine.opened.call(...given);
  const both = { 'same.bin': 'shared by all'.repeat(1000) };
  const first = await pullAt(0, { ...both, 'own.txt': 'the first' });
  const second = await pullAt(10 * minute, { 'own.txt': 'the second' });
  const third = await pullAt(10 * minute, { 'own.txt': 'the third' });
  await call('mirror.push', { snapshotId: first.id });
  await call('mirror.push', { snapshotId: third.id });

  // Five hours on: one of that hour is enough, and the second one is nowhere else.
  const fourth = await pullAt(5 * 60 * minute, { 'own.txt': 'the fourth' });
  expect(tagsOf(machine)).toEqual([second.tag, third.tag, fourth.tag]);
  expect(readFileSync(join(machine.room, third.tag, 'work_dir/same.bin'), 'utf8')).toBe(both['same.bin']);
  expect(readlinkSync(join(machine.room, 'current'))).toBe(fourth.tag);
  const { items } = await call('jobs.list', { kinds: ['snapshots.prune'] });
  expect(items).toMatchObject([{ state: 'succeeded', result: { removed: [first.tag], keptCount: 3 } }]);
  const plan = await call('snapshots.retention', { instanceId: 'test' });
  expect(plan).toMatchObject({
    isOn: true,
    isMirrorSetUp: true,
    waitingCount: 1,
    keepsUnmirrored: true,
  });
  expect(reasons(plan)[2]).toBe('It is not mirrored yet.');

  // The next pull finds it mirrored; nothing changed on the machine, and it goes all the same.
  await call('mirror.push', { snapshotId: second.id });
  expect(await pullAt(2 * minute)).toMatchObject({ outcome: 'unchanged' });
  expect(tagsOf(machine)).toEqual([third.tag, fourth.tag]);
  expect((await call('snapshots.list', {})).items.map((item) => item.tag)).toEqual([fourth.tag, third.tag]);
});

test('while the clocks do not agree nothing goes by itself', async () => {
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const { machine, pullAt, pass, setClock } = await startAged(bucket.environment);
  const first = await pullAt(0, { 'own.txt': 'the first' });
  await machine.opened.call('mirror.push', { snapshotId: first.id });
  // A year ahead, as after a battery that failed: the machine knows better.
  pass(365 * day);
  writeFileSync(join(machine.root, 'own.txt'), 'the second');
  await machine.pull();
  expect(tagsOf(machine)).toHaveLength(2);
  // It really is a year later.
  setClock(Date.UTC(2027, 2, 1, 10));
  await machine.pull();
  expect(tagsOf(machine)).toHaveLength(1);
});

test('switched off, nothing goes by itself', async () => {
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const { machine, pullAt } = await startAged(bucket.environment);
  await machine.opened.call('settings.set', { retentionIsOn: false });
  const first = await pullAt(0, { 'own.txt': 'the first' });
  await machine.opened.call('mirror.push', { snapshotId: first.id });
  await pullAt(40 * day, { 'own.txt': 'the second' });
  expect(tagsOf(machine)).toHaveLength(2);
});

test('without a bucket all stays and is counted; the setting and the typed id together let old ones go', async () => {
  const { machine, pullAt } = await startAged();
  const call: typeof machine.opened.call = (...given) => machine.opened.call(...given);
  const first = await pullAt(0, { 'own.txt': 'x'.repeat(100_000) });
  const second = await pullAt(40 * day, { 'own.txt': 'the second' });
  const ownBytes = statSync(join(first.path, 'work_dir/own.txt')).blocks * 512;
  const kept = await call('snapshots.retention', { instanceId: 'test' });
  expect(reasons(kept)).toEqual(['It is the last verified one.', 'It is not mirrored yet.']);
  expect(kept).toMatchObject({
    freesBytes: 0,
    waitingCount: 1,
    isMirrorSetUp: false,
    keepsUnmirrored: true,
  });
  expect(kept.waitingBytes).toBeGreaterThanOrEqual(ownBytes);

  await call('settings.set', { retentionKeepsUnmirrored: false });
  // What asks nobody still takes nothing that is nowhere else.
  await pullAt(2 * minute, { 'own.txt': 'the third' });
  expect(await call('snapshots.prune', { instanceId: 'test' })).toMatchObject({ removed: [] });
  expect(existsSync(first.path)).toBe(true);

  const plan = await call('snapshots.retention', { instanceId: 'test' });
  expect(going(plan)).toEqual([first.tag]);
  const { planId } = plan;
  const apply = { instanceId: 'test', apply: true };
  await expect(call('snapshots.retention', { ...apply, planId })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  await expect(call('snapshots.retention', { ...apply, confirm: 'test' })).rejects.toMatchObject({
    code: 'plan_moved',
  });
  expect(await call('snapshots.retention', { ...apply, planId, confirm: 'test' })).toMatchObject({
    isApplied: true,
  });
  expect(existsSync(first.path)).toBe(false);
  expect(existsSync(second.path)).toBe(true);
});

test('a plan that moved since it was looked at is not applied', async () => {
  const { machine, pullAt, pass } = await startAged();
  const call: typeof machine.opened.call = (...given) => machine.opened.call(...given);
  await call('settings.set', { retentionKeepsUnmirrored: false });
  await pullAt(0, { 'own.txt': 'the first' });
  await pullAt(40 * day, { 'own.txt': 'the second' });
  await pullAt(10 * minute, { 'own.txt': 'the third' });
  const { planId } = await call('snapshots.retention', { instanceId: 'test' });
  pass(5 * 60 * minute);
  const apply = { instanceId: 'test', apply: true, planId, confirm: 'test' };
  await expect(call('snapshots.retention', apply)).rejects.toMatchObject({ code: 'plan_moved' });
  expect(tagsOf(machine)).toHaveLength(3);
  // The same as before, by other times: another plan as well.
  const other = { allHours: 3, hourlyDays: 2, dailyDays: 30 };
  const seen = await call('snapshots.retention', { instanceId: 'test', times: other });
  await expect(call('snapshots.retention', { ...apply, planId: seen.planId })).rejects.toMatchObject({
    code: 'plan_moved',
  });
});

test('what a review was made of stays in the newest that holds it; a run stays in the newest that shows it', async () => {
  const { machine, pullAt } = await startAged();
  const call: typeof machine.opened.call = (...given) => machine.opened.call(...given);
  await call('settings.set', { retentionKeepsUnmirrored: false });
  copyFolder(join(demoRuns, '32182930/latest/work_dir'), machine.root);
  const first = await pullAt(0);
  await pullAt(10 * minute, { 'note.txt': 'no clip changed' });
  const { items: clips } = await call('clips.list', {});
  const [clip, other] = clips.filter((it) => it.mediaId !== null);
  await call('decisions.record', {
    subject: { kind: 'clip', clipId: clip!.id, mediaId: clip!.mediaId, frame: null, frameEnd: null },
    value: { kind: 'verdict', verdict: 'accepted', note: '' },
  });
  writeFileSync(join(machine.root, clip!.path), readFileSync(join(machine.root, other!.path)));
  await pullAt(40 * day);
  const plan = await call('snapshots.retention', { instanceId: 'test' });
  expect(going(plan)).toEqual([first.tag]);
  expect(reasons(plan)[1]).toMatch(/^It is needed by a review of /);
});
