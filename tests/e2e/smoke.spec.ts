import { expect, test } from '../support/room-fixture.ts';

test('the demo room opens on its morning: what burns, what is not copied, and what is there leads on', async ({
  roomPage: page,
}) => {
  await expect(page.getByRole('region', { name: 'Burns money now' })).toContainText('machines');
  await expect(page.getByRole('region', { name: 'Is the work safe' })).toContainText('not in schedule');
  const held = page.getByRole('region', { name: 'Held' }).locator('.mline');
  // What runs is held too: the room checks the depth of its new clips by itself.
  await expect(held).toHaveCount(2, { timeout: 60_000 });
  await expect(held.first(), 'a machine that is billed and does nothing').toContainText('kitchen-baseline');
  await expect(held.first()).toContainText('GPU quiet');
  await expect(page.getByRole('region', { name: 'Waits for review' }).locator('.mline')).toHaveCount(2);
  const changed = page.getByRole('region', { name: 'Changed since you last looked' });
  await expect(changed.locator('.mline').filter({ hasText: 'New run' })).toHaveCount(3);

  await page.keyboard.press('m');
  await expect(changed.locator('.mline')).toHaveCount(0);
  await held.last().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/32182944.* · Blueprint Control Room/);
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.getByRole('heading', { name: 'Morning' })).toBeVisible();
  await expect(changed.locator('.mline'), 'what was seen stays seen').toHaveCount(0);

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByTestId('run-row')).toHaveCount(3);
});
