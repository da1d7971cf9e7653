import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../support/room-fixture.ts';

test(
  'the depth of a run is checked by itself; its scores are read, overruled and taken back',
  { tag: '@browser' },
  async ({ openRoom }) => {
    test.setTimeout(180_000);
    const { page, origin } = await openRoom({ demo: true });
    await page.goto(`${origin}/runs`);
    await page.getByTestId('run-row').nth(1).dblclick();
    const line = page.getByTestId('depth-line');
    await expect(line).toHaveText('Depth: 4 of 4 aligned', { timeout: 120_000 });
    await expect(page.getByRole('button', { name: /^Depth of .*: Aligned$/ })).toHaveCount(4);

    await line.click();
    const sheet = page.getByRole('dialog', { name: 'Depth orientation' });
    await expect(sheet.getByRole('row', { name: /^Margin to the next/ })).toContainText('at least 0.20');
    await expect(sheet.getByRole('row', { name: /^Score with other clips/ })).toContainText('1 of 20 clips');
    expect((await new AxeBuilder({ page }).analyze()).violations.map((it) => it.id)).toEqual([]);

    await sheet.getByRole('button', { name: 'Misaligned' }).click();
    await expect(sheet.getByRole('button', { name: 'Override', exact: true })).toBeDisabled();
    await sheet.getByLabel('Reason of the override').fill('The shelf stands on the left in the input');
    await sheet.getByRole('button', { name: 'Override', exact: true }).click();
    await expect(sheet.getByText('Misaligned, overridden').first()).toBeVisible();
    await sheet.getByLabel('Reason of the override').fill('Looked again');
    await sheet.getByRole('button', { name: 'Take back' }).click();
    await expect(sheet.getByText('Override taken back')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(line).toHaveText('Depth: 4 of 4 aligned');
  },
);
