import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createWorkReader } from '#core/guards/work-reader.ts';
import { join } from 'node:path';
import { rentedMachine } from '../remote/rented-machine.ts';
import { projectFolder } from '../support/test-core.ts';
import { guardedRoom } from './guarded-room.ts';
import { shellOf } from './machine-double.ts';

const remoteFolder = join(projectFolder, 'resources', 'remote');
const pipeline = ['/usr/bin/python3', '/opt/bin/blueprint-validate', 'run-all'] as const;
const pid = 4711;

/** A reader on a machine of files, with a clock that the test moves from look to look. */
function looking() {
  const machine = rentedMachine({ api: 'http://127.0.0.1:9', id: 7, key: 'k' });
  const shell = shellOf({ '7': machine });
  let nowMs = Date.parse('2026-03-02T08:00:00Z');
  const reader = createWorkReader({ shell, remoteFolder, now: () => nowMs });
  const look = async () => {
    nowMs += 61_000;
    const before = reader.read('7')?.at;
    for (;;) {
      const facts = reader.read('7');
      if (facts !== null && facts.at !== before) return facts;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const summary = (status: string): void =>
    writeFileSync(join(machine.path('out'), 'pipeline_summary.json'), `{\n  "overall_status": "${status}"\n}\n`);
  return { machine, shell, reader, look, summary };
}

describe.skipIf(process.platform !== 'linux')('whether a run is over', () => {
  test('it is when it was seen alive, is gone, and wrote a summary of its own', async () => {
    const { machine, look, summary } = looking();
    summary('success');
    expect(await look(), 'an old summary is no end of anything').toMatchObject({ state: 'unknown' });
    machine.process(pid, ...pipeline);
    expect(await look()).toMatchObject({ state: 'alive' });
    rmSync(join(machine.path('out'), 'pipeline_summary.json'));
    summary('failed');
    expect(await look(), 'it still writes').toMatchObject({ state: 'alive' });
    machine.endProcess(pid);
    expect(await look()).toMatchObject({ state: 'ended', because: expect.stringContaining('"failed"') });
    // The next run begins with the summary of the last one beside it, and is killed.
    machine.process(pid, ...pipeline);
    expect(await look()).toMatchObject({ state: 'alive' });
    machine.endProcess(pid);
    expect(await look()).toMatchObject({ state: 'unknown', because: expect.stringContaining('no summary') });
  });

  test('a machine that is not reached leaves it unknown, and what was seen before still counts', async () => {
    const { machine, shell, look, summary } = looking();
    machine.process(pid, ...pipeline);
    await look();
    shell.cut(true);
    expect(await look()).toMatchObject({ state: 'unknown', because: expect.stringContaining('SSH') });
    shell.cut(false);
    machine.endProcess(pid);
    summary('success');
    expect(await look()).toMatchObject({ state: 'ended' });
  });

  test('whoever only reads its files is no run', async () => {
    const { machine, look } = looking();
    machine.process(pid, 'tail', '-f', '/models/outputs/blueprint-validate.log');
    expect(await look()).toMatchObject({ state: 'unknown' });
  });
});

describe.skipIf(process.platform !== 'linux')('the guard of a finished run', () => {
  test('stops the machine once its run is over, and not before', async () => {
    const room = await guardedRoom();
    const id = await room.vast.control.addMachine({ label: 'night', status: 'running' });
    const machine = rentedMachine({ api: room.vast.url, id, key: 'k' });
    machine.process(pid, ...pipeline);
    const shell = shellOf({ [String(id)]: machine });
    let looks = 0;
    const core = await room.openResident({
      ...shell,
      exec: async (target, command, options) => {
        const result = await shell.exec(target, command, options);
        if (command.endsWith(' look')) looks += 1;
        return result;
      },
    });
    await core.call('guards.arm', { id, idleMinutes: null, stopWhenFinished: true, confirm: String(id) });
    await room.until('a look at the living run', () => looks > 0);
    const before = looks;
    room.passMinutes(2);
    await room.until('another look', () => looks > before);
    expect(room.stops(id)).toBe(0);
    writeFileSync(join(machine.path('out'), 'pipeline_summary.json'), '{"overall_status": "success"}');
    machine.endProcess(pid);
    room.passMinutes(2);
    await room.until('the proof', async () => (await room.item(core, id)).phase === 'stopped');
    expect(await room.guardJobs(core)).toHaveLength(1);
  }, 90_000);
});
