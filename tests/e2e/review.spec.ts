import { expect, test } from '../support/room-fixture.ts';

test(
  'what waits is judged by key, leaves the list, and comes back when the verdict is taken back',
  { tag: '@browser' },
  async ({ openRoom }) => {
    const { page, origin } = await openRoom({ demo: true });
    await page.goto(`${origin}/review`);
    // Failed gates stay; the depth of the demo is checked meanwhile, and its clips leave by themselves.
    await page.getByRole('button', { name: /^Failed gates/ }).click();
    const items = page.getByTestId('review-item');
    await expect(items).toHaveCount(2);
    const second = await items.nth(1).locator('.w5').textContent();
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('option', { selected: true })).toContainText(second ?? 'none');
    await page.keyboard.press('x');
    await expect(items).toHaveCount(1);
    await expect(items).not.toContainText(second ?? 'none');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(items).toHaveCount(2);

    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/runs\/run_/);
  },
);

test('an empty room says what would come here', { tag: '@browser' }, async ({ openRoom }) => {
  const { page, origin } = await openRoom({});
  await page.goto(`${origin}/review`);
  await expect(page.getByText('Nothing waits for a reviewer.')).toBeVisible();
});
