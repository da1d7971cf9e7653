import { join } from 'node:path';
import { openTestCore } from '../../support/test-core.ts';
import type { FaultKind } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';
import { pull, type PullOutcome } from '../work.ts';

/** Two rooms with workspaces of their own keep one machine in one backup folder. */
export const rivalKinds: readonly FaultKind[] = [
  {
    name: 'two rooms pull one machine',
    async strike(scene) {
      const { world, book } = scene;
      const other = await openTestCore(join(world.folder, 'other'), {
        environment: world.environment,
        roomHome: world.home,
        homeFolder: world.folder,
        log: (line) => world.log.push(JSON.stringify(line)),
      });
      try {
        await other.call('settings.set', { backupFolder: world.backups });
        let second: PullOutcome | null = null;
        const { isHit } = await strikeDuringPull(scene, async () => {
          second = await pull(world, book, {}, other);
        });
        const met = second as PullOutcome | null;
        if (met?.kind === 'failed' && met.code !== 'job_conflict')
          book.violations.push({ invariant: 'words', what: `the second room was told ${JSON.stringify(met)}` });
        const after = await pull(world, book, {}, other);
        if (after.kind !== 'stored')
          book.violations.push({ invariant: 'I5', what: `the second room's next pull ended ${JSON.stringify(after)}` });
        return isHit;
      } finally {
        await other.close();
      }
    },
  },
];
