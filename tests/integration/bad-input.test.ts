import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  createWriteStream,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ports } from '#core/ports.ts';
import { room } from '../support/command-line.ts';
import { copyFolder, demoRuns, openTestCore, projectFolder, temporaryFolder } from '../support/test-core.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const inFolder = (...parts: string[]): string => join(folder.path, ...parts);

function copyRun(name: string, instance = '32182955'): string {
  const target = inFolder(name);
  copyFolder(join(demoRuns, instance, 'latest'), target);
  return target;
}

test('damaged files are told one by one, and everything else is read', async () => {
  const run = copyRun('32182930', '32182930');
  const facility = join(run, 'work_dir', 'kitchen_0787');
  writeFileSync(join(facility, 's5_visual_fidelity_result.json'), '');
  writeFileSync(join(facility, 's6_spatial_accuracy_result.json'), '[1, 2, 3]');
  truncateSync(join(facility, 'enriched', 'clip_000_orbit_evening_lamps.mp4'), 60_000);
  writeFileSync(join(facility, 'enriched', 'clip_001_sweep_evening_lamps.mp4'), 'this is no video');
  symlinkSync('..', join(facility, 'loop'));
  symlinkSync('/etc', join(facility, 'outside'));
  for (const name of ['clip with space.mp4', `quo'te".mp4`, 'emoji 🤖.mp4', 'new\nline.mp4']) {
    writeFileSync(join(facility, 'renders', name), readFileSync(join(facility, 'renders', 'clip_000_orbit.mp4')));
  }
  const core = await openTestCore(inFolder('workspace'));
  try {
    const imported = await core.call('runs.import', { path: run });
    expect(imported.runs).toHaveLength(1);
    const codes = new Set(imported.problems.map((problem) => problem.code));
    expect([...codes]).toEqual(expect.arrayContaining(['empty_file', 'damaged_media']));
    for (const problem of imported.problems) expect(problem.message.length).toBeGreaterThan(10);
    const { items: clips } = await core.call('clips.list', { runId: imported.runs[0]!.runId, limit: 1000 });
    const names = clips.map((clip) => clip.fileName);
    expect(names).toEqual(
      expect.arrayContaining(['clip with space.mp4', `quo'te".mp4`, 'emoji 🤖.mp4', 'new\nline.mp4']),
    );
    expect(clips.filter((clip) => clip.path.includes('passwd'))).toEqual([]);
    const noVideo = clips.find((clip) => clip.fileName === 'clip_001_sweep_evening_lamps.mp4')!;
    expect(noVideo).toMatchObject({ playable: false, frameCount: null });
    expect(noVideo.unplayableBecause!.length).toBeGreaterThan(10);
    const detail = await core.call('runs.get', { id: imported.runs[0]!.runId });
    expect(detail.status).toBe('success');
  } finally {
    await core.close();
  }
});

test('a folder that may not be entered is told and does not stop the import', async () => {
  const run = copyRun('32182955');
  const closed = join(run, 'work_dir', 'closed');
  mkdirSync(closed);
  writeFileSync(join(closed, 'x_result.json'), '{}');
  chmodSync(closed, 0);
  const core = await openTestCore(inFolder('workspace'));
  try {
    expect((await core.call('runs.import', { path: run })).runs).toHaveLength(1);
  } finally {
    chmodSync(closed, 0o700);
    await core.close();
  }
});

test('a log of 200 MB is read in parts: the engine stays below 400 MB and answers meanwhile', async () => {
  const run = copyRun('32182955');
  const log = createWriteStream(join(run, 'work_dir', 'big.log'));
  const line = (i: number): string =>
    `2026-11-23 15:00:00,${String(i % 1000).padStart(3, '0')} [INFO] blueprint_validation.pipeline: line ${i} ${'x'.repeat(1900)}\n`;
  let lines = 0;
  for (let bytes = 0; bytes < 200 * 1024 * 1024; lines++) {
    const text = line(lines);
    bytes += text.length;
    if (!log.write(text)) await once(log, 'drain');
  }
  log.end('2026-11-23 15:00:01,000 [ERROR] blueprint_validation.pipeline: the needle at the end\n');
  await once(log, 'close');
  const core = await openTestCore(inFolder('workspace'));
  try {
    let answers = 0;
    let isDone = false;
    const asking = (async () => {
      while (!isDone) {
        await core.call('runs.list', {});
        answers += 1;
      }
    })();
    const imported = await core.call('runs.import', { path: run });
    isDone = true;
    await asking;
    expect(imported.runs[0]!.newLogLines).toBeGreaterThan(lines);
    expect(answers).toBeGreaterThan(3);
    expect((await core.call('history.search', { text: 'needle' })).items.map((hit) => hit.line)).toEqual([lines + 1]);
    expect(process.memoryUsage().heapUsed / 1e6).toBeLessThan(400);
  } finally {
    await core.close();
  }
}, 180_000);

test('a database thread that dies rejects what waits on it, and the core says that it is lost', async () => {
  const workers: Worker[] = [];
  const overrides: Partial<Ports> = {
    startThread: (name, data) => {
      const file = name === 'database' ? 'electron/core/db/database.thread.ts' : 'electron/core/tasks/tasks.thread.ts';
      const worker = new Worker(join(projectFolder, file), { workerData: data });
      workers.push(worker);
      return worker;
    },
  };
  const core = await openTestCore(inFolder('workspace'), overrides);
  // The row is written as queued and then as running; each is told once it is on disk.
  let told = 0;
  const isRunning = new Promise<void>((resolve) =>
    core.core.events.subscribe((event) => (event.name === 'jobs.changed' && ++told === 2 ? resolve() : undefined)),
  );
  const pending = core.call('runs.import', { path: demoRuns });
  const failed = expect(pending).rejects.toMatchObject({ code: 'engine_lost' });
  await isRunning;
  await workers[0]!.terminate();
  await failed;
  expect((await core.core.lost).code).toBe('engine_lost');
  await core.close();
  const again = await openTestCore(inFolder('workspace'));
  expect((await again.call('jobs.list', {})).items.map((job) => job.state)).toEqual(['interrupted']);
  await again.close();
});

/** A small file system of its own; null where this process may not mount one. */
function mount(options: string): string | null {
  const target = inFolder('disk');
  mkdirSync(target, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', target]).status === 0 ? target : null;
}

test('a full disk is told as such; what was stored stays', async ({ skip }) => {
  const disk = mount('size=3m');
  if (disk === null) return skip('this process may not mount a file system');
  try {
    const workspace = join(disk, 'workspace');
    const call = (method: string, input: unknown) =>
      room([method, JSON.stringify(input), '--workspace', workspace], { home: inFolder('home') });
    expect((await call('runs.import', { path: join(demoRuns, '32182955') })).code).toBe(0);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(3 * 1024 * 1024), { flag: 'w' });
  } catch {
    // The ballast takes what is left and then fails, as it should.
  }
  try {
    const workspace = join(disk, 'workspace');
    const full = await room(['runs.import', JSON.stringify({ path: demoRuns }), '--workspace', workspace], {
      home: inFolder('home'),
    });
    expect(full.code).toBe(1);
    expect(full.error!.code).toBe('disk_full');
    expect(full.error!.message).toMatch(/full/);
    execFileSync('rm', [join(disk, 'ballast')]);
    const list = await room(['runs.list', '{}', '--workspace', workspace], { home: inFolder('home') });
    expect(list.value).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ instanceId: '32182955' })]),
    });
  } finally {
    spawnSync('umount', ['-l', disk]);
  }
});

test('a workspace on a disk that can not be written is refused with a sentence', async ({ skip }) => {
  const disk = mount('size=8m');
  if (disk === null) return skip('this process may not mount a file system');
  try {
    const workspace = join(disk, 'workspace');
    const call = () => room(['room.info', '{}', '--workspace', workspace], { home: inFolder('home') });
    expect((await call()).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const outcome = await call();
    expect([outcome.code, outcome.error?.code]).toEqual([1, 'workspace_read_only']);
  } finally {
    spawnSync('umount', ['-l', disk]);
  }
});
