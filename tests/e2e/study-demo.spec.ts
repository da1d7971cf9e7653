import { expect, test } from '../support/room-fixture.ts';

test(
  'the demo study is one press away, and its first question is one more',
  { tag: '@browser' },
  async ({ openRoom }) => {
    test.setTimeout(120_000);
    const { page, origin } = await openRoom({ demo: true });
    await page.goto(`${origin}/studies`);
    await page.getByRole('button', { name: 'Open the demo study' }).click();
    await expect(page.getByRole('heading', { name: 'Does the pre-pass keep the arm?' })).toBeVisible({
      timeout: 60_000,
    });
    await page.getByRole('link', { name: 'Label' }).click();
    await expect(page.getByTestId('study-progress')).toContainText(/^0 of \d+ frames answered/);
    await page.locator('.study-where[data-frame]').waitFor({ state: 'attached' });
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await expect(page.getByTestId('study-row')).toHaveCount(1);
  },
);
