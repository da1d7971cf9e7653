import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { openDatabase } from '#core/db/database.ts';
import { findRunRoots } from '#core/runs/read/find-run-roots.ts';
import { readRunFolder } from '#core/runs/read/read-run-folder.ts';
import type { RunRecord } from '#core/runs/read/record.ts';
import { openWorkspace } from '#core/workspace/workspace.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';
import { demoRuns, openTestCore, temporaryFolder } from '../support/test-core.ts';
import type { Bench } from './figure.ts';

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

const vocabulary =
  'render frame decode gpu cosmos inference complete clip orbit sweep depth control window trim kitchen sample loss epoch step batch latency queue worker timeout retry'.split(
    ' ',
  );

/** A log as the pipeline writes it: one line in 5,000 is an error, and one word stands in one line of 100,000. */
async function writeLog(path: string, lines: number): Promise<void> {
  const log = createWriteStream(path);
  let atMs = Date.UTC(2026, 9, 1);
  for (let i = 0; i < lines; i++) {
    atMs += (i * 7919) % 13;
    const at = new Date(atMs).toISOString();
    const level = i % 5000 === 4999 ? 'ERROR' : i % 700 === 0 ? 'WARNING' : 'INFO';
    const words = Array.from(
      { length: 8 },
      (_, k) => vocabulary[(i * 31 + k * 17 + ((i * k) >> 3)) % vocabulary.length],
    ).join(' ');
    const rare = i % 100_000 === 5000 ? ' checkpointcorrupted' : '';
    const line = `${at.slice(0, 10)} ${at.slice(11, 19)},${at.slice(20, 23)} [${level}] blueprint_validation.stages.base: ${words} id=${i}${rare}\n`;
    if (!log.write(line)) await once(log, 'drain');
  }
  log.end();
  await once(log, 'close');
}

/** Search in ten million log lines beside grep over the same file. Only in the long run. */
export const benchSearch: Bench = async (options, report) => {
  if (!options.full) return;
  const lines = 10_000_000;
  const folder = temporaryFolder();
  try {
    const run = join(folder.path, 'run');
    mkdirSync(join(run, 'kitchen'), { recursive: true });
    const result = {
      stage_name: 's1_render',
      status: 'success',
      elapsed_seconds: 1,
      outputs: {},
      metrics: {},
      detail: '',
      timestamp: '2026-10-01T00:00:01+00:00',
    };
    writeFileSync(join(run, 'kitchen', 's1_render_result.json'), JSON.stringify(result));
    const log = join(run, 'run_all.log');
    await writeLog(log, lines);
    const room = await openTestCore(join(folder.path, 'workspace'));
    const imported = await timed(() => room.call('runs.import', { path: run }));
    report({
      name: `import of a log of ${lines} lines`,
      value: round(lines / (imported.ms / 1000), 0),
      unit: 'lines/s',
      beside: null,
      goal: null,
      met: null,
    });
    for (const word of ['checkpointcorrupted', 'timeout']) {
      const grep = await timed(async () =>
        execFileSync('sh', ['-c', `grep -F ${word} "$1" | tail -n 100`, 'sh', log], { maxBuffer: 1e9 }),
      );
      await room.call('history.search', { text: word, limit: 100 });
      const times: number[] = [];
      for (let i = 0; i < 30; i++)
        times.push((await timed(() => room.call('history.search', { text: word, limit: 100 }))).ms);
      const p95 = percentile(times, 0.95);
      report({
        name: `search "${word}" in ${lines} log lines, newest 100, p95`,
        value: round(p95),
        unit: 'ms',
        beside: { name: 'grep | tail', value: round(grep.ms) },
        goal: 'at least 100 times faster, and under 50 ms',
        met: grep.ms / p95 >= 100 && p95 < 50,
      });
    }
    await room.close();
  } finally {
    folder.remove();
  }
};

/** Opening a workspace with very many runs beside an empty one. Only in the long run. */
export const benchManyRuns: Bench = async (options, report) => {
  if (!options.full) return;
  const count = 100_000;
  const folder = temporaryFolder();
  try {
    const full = join(folder.path, 'full');
    await fillWorkspace(full, count);
    const measure = async (workspace: string): Promise<{ openMs: number; listMs: number; memoryBytes: number }> => {
      const opened = await timed(() => openTestCore(workspace));
      const listed = await timed(() => opened.value.call('runs.list', { limit: 200 }));
      const memoryBytes = process.memoryUsage().rss;
      await opened.value.close();
      return { openMs: opened.ms, listMs: listed.ms, memoryBytes };
    };
    // Once each before, so that neither side pays for loading code or the disk.
    await measure(join(folder.path, 'empty'));
    await measure(full);
    const memory = { empty: 0, filled: 0 };
    const empty: number[] = [];
    const filled: number[] = [];
    for (let i = 0; i < 7; i++) {
      const a = await measure(join(folder.path, 'empty'));
      const b = await measure(full);
      memory.empty = Math.max(memory.empty, a.memoryBytes);
      memory.filled = Math.max(memory.filled, b.memoryBytes);
      empty.push(a.openMs + a.listMs);
      filled.push(b.openMs + b.listMs);
    }
    const ratio = percentile(filled, 0.5) / percentile(empty, 0.5);
    report({
      name: `open and list with ${count} runs and as many clips, median`,
      value: round(percentile(filled, 0.5)),
      unit: 'ms',
      beside: { name: 'the same room, empty', value: round(percentile(empty, 0.5)) },
      goal: 'at most 1.5 times',
      met: ratio <= 1.5,
    });
    report({
      name: `resident memory with ${count} runs listed, highest`,
      value: round(memory.filled / 1e6, 0),
      unit: 'MB',
      beside: { name: 'the same room, empty', value: round(memory.empty / 1e6, 0) },
      goal: null,
      met: null,
    });
    const room = await openTestCore(full);
    const times: number[] = [];
    for (let i = 0; i < 30; i++)
      times.push(
        (await timed(() => room.call('history.search', { text: `4${String(i * 997).padStart(7, '0')}`, limit: 100 })))
          .ms,
      );
    report({
      name: `search a run by its machine among ${count}, p95`,
      value: round(percentile(times, 0.95)),
      unit: 'ms',
      beside: null,
      goal: 'under 50 ms',
      met: percentile(times, 0.95) < 50,
    });
    await room.close();
  } finally {
    folder.remove();
  }
};

async function fillWorkspace(path: string, count: number): Promise<void> {
  const { roots } = await findRunRoots(join(demoRuns, '32182930'));
  const record = await readRunFolder(roots[0]!);
  const ports = sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: () => undefined,
    environment: process.env,
  });
  openWorkspace(path, { now: new Date(), isDemo: false });
  const database = await openDatabase(ports, path, () => undefined);
  for (let i = 0; i < count; i++) {
    const instanceId = String(40_000_000 + i);
    const startedAt = new Date(Date.UTC(2024, 0, 1) + i * 600_000).toISOString();
    const one: RunRecord = {
      ...record,
      root: `/backups/vast/${instanceId}/latest/work_dir`,
      name: `run ${instanceId}`,
      identity: { ...record.identity, owner: instanceId, instanceId, firstFreshStartAt: startedAt },
      startedAt,
      clips: record.clips.slice(0, 1),
      files: record.files.slice(0, 5),
      logs: [],
    };
    await database.write('runs.saveObservation', {
      stored: { record: one, media: {} },
      observedAt: startedAt,
      demoFolder: null,
    });
  }
  await database.close();
}
