import type { Page } from '@playwright/test';
import { axeFaults } from '../support/axe.ts';
import { expect, test } from '../support/room-fixture.ts';

async function firstRunId(page: Page): Promise<string> {
  const id = await page.getByTestId('run-row').nth(1).getAttribute('data-run-id');
  if (id === null) throw new Error('a run row without its id');
  return id;
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in the ${colorScheme} theme`, { tag: '@browser' }, () => {
    test.use({ colorScheme });

    test('every screen, sheet and menu has names, roles and contrast', async ({ roomPage: page, room }) => {
      // Some 15 analyses of a whole page each.
      test.setTimeout(360_000);
      // A sheet or a menu that is still fading in has no contrast yet.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      // The room checks the depth of its new clips by itself; its line leaves the morning when that is over.
      await page.goto(`${room.origin}/jobs`);
      // More than one when the last run is read in while the first are checked.
      const checks = page.locator('.jobrow').filter({ hasText: 'new clips' });
      await expect(checks.first()).toContainText('Finished', { timeout: 90_000 });
      await expect(checks.filter({ hasNotText: 'Finished' })).toHaveCount(0, { timeout: 90_000 });
      await page.goto(`${room.origin}/runs`);
      await expect(page.getByTestId('run-row')).toHaveCount(3);
      const run = `/runs/${await firstRunId(page)}`;
      const screens: readonly (readonly [string, string])[] = [
        ['/', '.mline'],
        ['/fleet', '[data-testid=machine]'],
        ['/fleet/32182944', '.moments'],
        ['/fleet/32182944/steps', '.remote-environment'],
        ['/fleet/32182944/gate', '.remote-plan'],
        ['/runs', '.peek .evidence'],
        [run, '.gates'],
        [`${run}?stage=s2_enrich`, '.stagedetail'],
        [`${run}?tab=sheet`, '.contact figure'],
        [`${run}?tab=files`, '.filerow'],
        ['/history?q=cosmos', '.hit'],
        ['/jobs', '.jobrow'],
        ['/config', '[data-testid=config-text]'],
        ['/memory', '[data-testid=memory-row]'],
        ['/memory/5', '[data-testid=memory-detail]'],
        ['/doctor', '[data-testid=tool-row]'],
        ['/review', '.reviewrow'],
        ['/studies', '.notice'],
        ['/studies/new', '.study-choose'],
        ['/schedule', '.schedlist'],
        ['/snapshots', '.notice'],
        ['/settings', '.settings'],
        ['/no-such-place', '.notice'],
        ['/runs/no-such-run', '.notice'],
      ];
      for (const [path, landmark] of screens) {
        await page.goto(room.origin + path);
        await page.locator(landmark).first().waitFor();
        expect.soft(await axeFaults(page, colorScheme), path).toEqual([]);
      }
      await page.goto(`${room.origin}/runs`);
      await page.getByTestId('run-row').first().waitFor();
      for (const [key, opened] of [
        ['Control+k', '.palette[open]'],
        ['?', '.keysheet'],
        ['i', '#import-path'],
      ] as const) {
        await page.keyboard.press(key);
        await page.locator(opened).waitFor();
        expect.soft(await axeFaults(page, colorScheme), `after ${key}`).toEqual([]);
        await page.keyboard.press('Escape');
        await page.locator(opened).waitFor({ state: 'hidden' });
      }
      await page.goto(`${room.origin}/fleet`);
      await page.locator('[data-machine-id="32182944"]').click();
      for (const [item, opened] of [
        ['Set cap…', '.capform'],
        ['Label…', '#machine-label'],
        ['Whose machine…', '#owner-note'],
        ['Reboot…', '[data-testid=typed-confirmation]'],
        ['Destroy…', '[data-testid=typed-confirmation]'],
      ] as const) {
        await page.getByRole('button', { name: 'More for kitchen-prepass' }).click();
        await page.getByRole('menuitem', { name: item }).click();
        await page.locator(`dialog[open] ${opened}`).waitFor();
        expect.soft(await axeFaults(page, colorScheme), item).toEqual([]);
        await page.keyboard.press('Escape');
        await page.locator('dialog[open]').waitFor({ state: 'hidden' });
      }
      await page.keyboard.press('x');
      await page.locator('dialog[open] .choices').waitFor();
      expect.soft(await axeFaults(page, colorScheme), 'the stop sheet').toEqual([]);
      await page.keyboard.press('Escape');
      await page.goto(`${room.origin}/runs`);
      await page.getByTestId('run-row').first().waitFor();
      await page.getByRole('button', { name: 'Status all' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Failed' }).waitFor();
      expect.soft(await axeFaults(page, colorScheme), 'a menu').toEqual([]);
    });
  });
}
