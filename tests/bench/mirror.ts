import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startTestBucket, type TestBucket } from '../support/b2/bucket.ts';
import { buildSnapshot, type SnapshotContent } from '../support/snapshots/build-snapshot.ts';
import { openTestCore, temporaryFolder } from '../support/test-core.ts';
import type { Bench } from './figure.ts';

const rounds = 5;
const filesPerFolder = 100;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** The old way: one `rclone sync` of the folder, as the script ran it. */
function rcloneSync(bucket: TestBucket, from: string, flags: readonly string[]): Promise<void> {
  const { key, server, name } = bucket;
  const child = spawn(
    '/usr/bin/rclone',
    ['sync', from, `b2:${name}/old/latest`, '--transfers', '8', '--checkers', '16', ...flags],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        RCLONE_CONFIG: '/dev/null',
        RCLONE_CONFIG_B2_TYPE: 'b2',
        RCLONE_CONFIG_B2_ACCOUNT: key.keyId,
        RCLONE_CONFIG_B2_KEY: key.key,
        RCLONE_CONFIG_B2_ENDPOINT: server.url,
      },
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`rclone sync ended with ${code}`))));
  });
}

/**
 * Mirrors a snapshot in which nothing changed since the one before, beside `rclone sync` of the same folder to the same
 * server in the same run. The room stores a new manifest each time and proves it; the sync compares every file.
 */
export const benchMirror: Bench = async (_options, report) => {
  const delayMs = 60;
  const fileCount = 20_000;
  const folder = temporaryFolder();
  const bucket = await startTestBucket();
  const content: SnapshotContent = Object.fromEntries(
    Array.from({ length: fileCount }, (_, i) => [
      `work_dir/part_${Math.floor(i / filesPerFolder)}/file_${i}.json`,
      `{"frame":${i},"text":"${'x'.repeat(i % 97)}"}`,
    ]),
  );
  const tagOf = (round: number): string => `20260301T12${String(round).padStart(2, '0')}00Z`;
  const room = await openTestCore(join(folder.path, 'workspace'), {
    environment: { PATH: '/usr/bin:/bin', ...bucket.environment },
  });
  try {
    const snapshots = Array.from({ length: rounds + 1 }, (_, round) =>
      buildSnapshot(join(folder.path, 'backups'), content, { tag: tagOf(round) }),
    );
    // Both start from a bucket that has everything; the server is as far away as Backblaze only when it is measured.
    await room.call('mirror.push', { path: snapshots[0]!.path });
    await rcloneSync(bucket, join(snapshots[0]!.path, 'work_dir'), ['--fast-list', '--transfers', '64']);
    bucket.server.setDelayMs(delayMs);

    const measured = { room: [] as number[], sync: [] as number[], fast: [] as number[] };
    const calls = { room: 0, sync: 0, fast: 0 };
    const take = async (who: keyof typeof measured, work: () => Promise<unknown>): Promise<void> => {
      bucket.server.log.clear();
      const start = performance.now();
      await work();
      measured[who].push((performance.now() - start) / 1000);
      calls[who] = bucket.server.log.count();
    };
    for (let round = 1; round <= rounds; round += 1) {
      const { path } = snapshots[round]!;
      await take('room', () => room.call('mirror.push', { path }));
      await take('sync', () => rcloneSync(bucket, join(path, 'work_dir'), []));
      await take('fast', () => rcloneSync(bucket, join(path, 'work_dir'), ['--fast-list']));
    }
    const seconds = (who: keyof typeof measured): number => Number(median(measured[who]).toFixed(2));
    const what = `mirror of an unchanged snapshot of ${fileCount} files, ${delayMs} ms a call`;
    for (const [rival, name] of [
      ['sync', 'rclone sync'],
      ['fast', 'rclone sync --fast-list'],
    ] as const) {
      report({
        name: `${what}, beside ${name}`,
        value: seconds('room'),
        unit: 's',
        beside: { name, value: seconds(rival) },
        goal: rival === 'sync' ? 'at most a third' : null,
        met: rival === 'sync' ? seconds('room') * 3 <= seconds(rival) : null,
      });
      report({
        name: `API calls of the ${what}, beside ${name}`,
        value: calls.room,
        unit: 'calls',
        beside: { name, value: calls[rival] },
        goal: rival === 'sync' ? 'at most a tenth' : null,
        met: rival === 'sync' ? calls.room * 10 <= calls[rival] : null,
      });
    }
  } finally {
    await room.close();
    await bucket.server.close();
    folder.remove();
  }
};
