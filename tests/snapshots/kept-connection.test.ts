import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createConnectionKeeper } from '#core/snapshots/pull/bulk-connection.ts';
import type { PullSpec } from '#core/snapshots/pull/pull-spec.ts';
import { runPull } from '#core/snapshots/pull/run-pull.ts';
import type { ConnectPlan } from '#core/ssh/connect-plan.ts';
import { startRelay } from '../support/relay.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/test-core.ts';

test('a kept connection that died since the last pull is replaced: the pull does not fail for it', async () => {
  const sshd = await startSshd();
  onTestFinished(() => sshd.close());
  const relay = await startRelay({ host: sshd.host, port: sshd.port });
  onTestFinished(() => relay.close());
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const root = join(sshd.folder, 'x');
  mkdirSync(root);
  writeFileSync(join(root, 'one.txt'), 'one');
  const plan: ConnectPlan = {
    instanceId: 'test',
    user: sshd.user,
    endpoints: [{ kind: 'direct', host: sshd.host, port: relay.port }],
    pinned: [{ route: 'direct', fingerprint: sshd.hostKey().fingerprint, keyType: 'ssh-ed25519' }],
    revoked: [],
  };
  const auth = {
    identities: [{ kind: 'key' as const, name: 'test', privateKey: readFileSync(sshd.keyFile, 'utf8') }],
    unusable: [],
  };
  const { signal } = new AbortController();
  const keeper = createConnectionKeeper();
  onTestFinished(async () => (await keeper.take(plan, auth, signal)).end());
  const pull = (snapshotId: string): ReturnType<typeof runPull> =>
    runPull(specOf(snapshotId, folder.path, root), {
      connect: () => keeper.take(plan, auth, signal),
      signal,
      report: () => undefined,
    }).finally(() => keeper.giveBack(plan));

  expect(await pull('a')).toMatchObject({ kind: 'taken' });
  writeFileSync(join(root, 'two.txt'), 'two');
  // Nobody here has been told of it when the pull begins.
  relay.cut();
  expect(await pull('b')).toMatchObject({ kind: 'taken', snapshot: { fileCount: 2 } });
  expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(2);
});

const specOf = (snapshotId: string, folder: string, root: string): PullSpec => ({
  snapshotId,
  instanceId: 'test',
  roomFolder: join(folder, 'room'),
  items: [{ remote: root, local: 'work_dir', excludes: [], isRequired: true }],
  largeFileBytes: 2 ** 30,
  lane: 'all',
  firstPatterns: [],
  nowMs: Date.now(),
  tools: {},
  address: { host: '127.0.0.1', port: 22 },
});
