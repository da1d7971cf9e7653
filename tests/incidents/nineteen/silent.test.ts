import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { scheduled } from '../../schedule/scheduled-machine.ts';
import { startMachine } from '../../snapshots/machine.ts';
import { startTestBucket } from '../../support/b2/bucket.ts';
import { oldMirror } from '../scripts.ts';
import { incident } from './incident.ts';
import { byBash } from './old-way.ts';

incident('6', async () => {
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const machine = await startMachine({}, { environment: { ...process.env, ...bucket.environment } });
  writeFileSync(join(machine.root, 'a.txt'), 'a');
  const { path } = await machine.pull();
  const ran = await byBash(oldMirror, {
    PATH: process.env['PATH'] ?? '',
    HOME: machine.workspace,
    RCLONE_CONFIG: '/dev/null',
    LOCAL: path,
  });
  expect(ran.code).not.toBe(0);
  expect(ran.output).toMatch(/didn't find section in config file/);
  expect(bucket.names()).toEqual([]);

  const { findings } = await machine.opened.call('scripts.lint', { text: oldMirror, name: 'mirror.sh' });
  expect(findings.map((finding) => finding.incident)).toContain('6');
  const pushed = await machine.opened.call('mirror.push', { path });
  expect(pushed.state).toBe('mirrored');
  expect(bucket.names().length).toBeGreaterThan(0);
  return {
    old: 'rclone finds no section for its remote, and nothing is mirrored',
    room: 'names the line, and mirrors with the configuration in the environment of rclone alone',
  };
});

incident('9', async () => {
  const ran = await byBash(
    `run_once() { vastai ssh-url "$ID" && rsync -az there here; }
if ! run_once; then echo "Sync cycle failed"; fi
exit 0`,
    { PATH: '/nonexistent', ID: '1' },
  );
  expect(ran).toMatchObject({ code: 0, output: expect.stringContaining('not found') });

  // A room that is started with that PATH finds its programs by its own list.
  const bucket = await startTestBucket();
  onTestFinished(() => bucket.server.close());
  const machine = await startMachine({}, { environment: { PATH: '/nonexistent', ...bucket.environment } });
  writeFileSync(join(machine.root, 'a.txt'), 'a');
  const { path } = await machine.pull();
  expect((await machine.opened.call('mirror.push', { path })).state).toBe('mirrored');

  const { core, open, instanceId, passMinutes, root, notices } = await scheduled();
  await core.call('schedule.set', { instanceId });
  expect((await core.call('sync.once', {})).slots).toMatchObject([{ state: 'done' }]);
  await core.close();
  renameSync(root, `${root}.away`);
  passMinutes(4);
  // What cron runs: a process of its own, gone in a moment.
  const errand = await open();
  await expect(errand.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  expect(notices).toMatchObject([{ urgency: 'critical' }]);
  const [item] = (await errand.call('schedule.list', {})).items;
  expect(item!.incident).toMatchObject({ state: 'failing' });
  return {
    old: `vastai is not found, exits ${ran.code}`,
    room: `copies and mirrors under that PATH; tells the first failed copy ("${notices[0]!.title}"), and it stays an incident until a copy is good`,
  };
});
