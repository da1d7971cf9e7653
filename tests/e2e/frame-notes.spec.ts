import { expectNoAxeFaults } from '../support/axe.ts';
import { expect, test } from '../support/room-fixture.ts';

test('a note is put on a frame and on a range, marked on the timeline, led back to, and taken back', async ({
  openRoom,
}) => {
  const { page, origin } = await openRoom({ demo: true });
  await page.goto(`${origin}/compare`);
  const track = page.getByTestId('timeline');
  await page.locator('.cmp-pick').first().click();
  await expect(page.getByText('Both decoded')).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Home');
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
  const notes = page.getByRole('region', { name: 'Notes on frames' });
  await page.keyboard.press('n');
  const first = await notes.locator('label').textContent();
  await page.keyboard.type('the gripper is gone');
  await page.keyboard.press('Control+Enter');
  await expect(notes.getByText('the gripper is gone')).toBeVisible();
  await expect(track.locator('.cmp-noted')).toHaveCount(1);
  await page.keyboard.press('Escape');

  const noted = (await track.getAttribute('aria-valuenow'))!;
  await page.keyboard.press('End');
  await expect(track).not.toHaveAttribute('aria-valuenow', noted);
  await notes.getByRole('button', { name: first!.replace('Note on ', ''), exact: true }).click();
  await expect(track).toHaveAttribute('aria-valuenow', noted);
  await page.keyboard.press('i');
  for (let press = 0; press < 4; press++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('o');
  await page.keyboard.press('n');
  await page.keyboard.type('it flickers');
  await notes.getByRole('group', { name: 'Side of the note' }).getByText('B', { exact: true }).click();
  await notes.getByRole('button', { name: 'Record' }).click();
  await expect(notes.getByText('it flickers')).toBeVisible();
  await expect(notes.getByRole('button', { name: /^frames \d+ to \d+$/ })).toHaveCount(1);
  await expectNoAxeFaults(page);

  await notes
    .getByRole('button', { name: /^Undo the note on frame / })
    .first()
    .click();
  await expect(notes.getByText('the gripper is gone')).toBeHidden();
  await expect(notes.getByText('it flickers')).toBeVisible();
});
