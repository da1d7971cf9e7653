import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';

test(
  'a cron line of an old script is disabled once what it runs was typed',
  { tag: '@browser' },
  async ({ page, watch }) => {
    const home = await mkdtemp(join(tmpdir(), 'doctor-'));
    const table = join(home, 'table');
    await writeFile(table, 'MAILTO=me\n*/2 * * * * B2_KEY=secret /x/vast_checkpoint_watch.sh\n');
    await mkdir(join(home, '.local/bin'), { recursive: true });
    const crontab = join(home, '.local/bin/crontab');
    await writeFile(crontab, `#!/bin/sh\ncase "$1" in -l) cat '${table}';; *) cat "$1" > '${table}';; esac\n`);
    await chmod(crontab, 0o755);
    const room = await startRoom({ env: { HOME: home } });
    try {
      await watch(page);
      await page.goto(room.url);
      await page.goto(`${room.origin}/doctor`);
      const part = page.getByRole('region', { name: 'Old sync jobs' });
      await expect(part).toContainText('vast_checkpoint_watch.sh in crontab');
      await expect(part).not.toContainText('secret');
      await part.getByRole('button', { name: 'Disable…' }).click();
      const sheet = page.getByRole('dialog', { name: 'Disable the cron line' });
      await expect(sheet.getByRole('button', { name: 'Disable' })).toBeDisabled();
      await sheet.getByTestId('typed-confirmation').fill('vast_checkpoint_watch.sh');
      await sheet.getByRole('button', { name: 'Disable' }).click();
      await expect(part).toContainText('No cron line and no launchd agent');
      expect(await readFile(table, 'utf8')).toMatch(/^MAILTO=me\n# disabled by .*vast_checkpoint_watch\.sh\n$/);
    } finally {
      await page.goto('about:blank');
      await room.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
);
